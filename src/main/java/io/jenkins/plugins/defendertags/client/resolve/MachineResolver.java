package io.jenkins.plugins.defendertags.client.resolve;

import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.MachineName.Kind;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.queue.TagQueue;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Finds out which machines are meant by what people call them. {@link MachineSelector} says which records count, and
 * {@link MachineKey} which names fit; both are decided here, whatever Defender's filters return.
 *
 * <p>A machine ID costs no call. Any other name costs one, or up to three if nothing comes at first. Defender allows 100
 * calls a minute to all builds of an app registration together, so more than {@value #ONE_BY_ONE} names at once are looked up
 * in the whole inventory, which comes in pages of 10,000: 1,000 names cost one call for every 10,000 machines of the tenant,
 * not 1,000 calls. For a few names the inventory would be the greater burden: a page has 10 MB and more.
 *
 * <p>An address is one that a machine last reported itself by; if there is no such machine, one that it has now. The few are
 * asked for with {@code findbyip}, which knows the last 15 minutes; in the inventory, the network interfaces on record are
 * compared. Defender compares addresses as texts: one that it holds in an unusual spelling is only found by that spelling,
 * or in the inventory.
 *
 * <p>Thread-safe. No method blocks: the calls stand in the {@link TagQueue}, one after the other. Nothing is remembered:
 * after a machine is reinstalled, its name means another ID.
 */
public final class MachineResolver {

    /** Up to so many names are asked for one by one. */
    static final int ONE_BY_ONE = 20;

    private final DefenderClient client;
    private final TagQueue queue;
    private final Clock clock;

    /** @param queue of the app registration that is asked for */
    public MachineResolver(DefenderClient client, TagQueue queue) {
        this(client, queue, Clock.systemUTC());
    }

    MachineResolver(DefenderClient client, TagQueue queue, Clock clock) {
        this.client = client;
        this.queue = queue;
        this.clock = clock;
    }

    /**
     * What {@link #resolve} found out.
     *
     * @param machines one for each name, in the order of the names
     * @param calls how often Defender was asked
     */
    public record Resolution(List<ResolvedMachine> machines, int calls) {}

    /**
     * Resolves names. Those that mean no machine, or several, are no failure; the result says so for each of them.
     *
     * @param names in any order; a name that comes twice is looked up once
     * @param pickNewest whether to take the machine that was seen last where a name means several
     * @return a {@link DefenderException} if Defender could not be asked; nothing is known of any name then
     */
    public CompletableFuture<Resolution> resolve(
            AppRegistration registration, List<MachineName> names, boolean pickNewest) {
        Map<MachineKey, MachineName> questions = new LinkedHashMap<>();
        for (MachineName name : names) {
            if (name.kind() != Kind.ID) {
                questions.putIfAbsent(MachineKey.of(name), name);
            }
        }
        MachineListReader lists = new MachineListReader(client, queue, registration);
        Map<MachineKey, Records> records = new HashMap<>();
        questions.keySet().forEach(key -> records.put(key, new Records()));
        CompletableFuture<Void> asked = CompletableFuture.completedFuture(null);
        if (questions.size() > ONE_BY_ONE) {
            asked = readInventory(lists, registration.cloud(), records);
        } else {
            for (MachineName name : questions.values()) {
                for (MachineListQuery query : MachineListQuery.forName(registration.cloud(), name, clock.instant())) {
                    Records found = records.get(MachineKey.of(name));
                    asked = asked.thenCompose(before -> ask(lists, query, MachineKey.of(name), found));
                }
            }
        }
        return asked.thenApply(all -> new Resolution(choose(names, questions, records, pickNewest), lists.calls()));
    }

    /** The same for one name. */
    public CompletableFuture<ResolvedMachine> resolve(AppRegistration registration, MachineName name) {
        return resolve(registration, List.of(name), false)
                .thenApply(resolution -> resolution.machines().get(0));
    }

    /**
     * Finds every machine that has a tag: records of machines that are inactive, merged or not onboarded as well, since the
     * tag is on them too.
     *
     * @return in Defender's order; a {@link DefenderException} if it could not be asked
     */
    public CompletableFuture<List<Machine>> withTag(AppRegistration registration, Tag tag) {
        return new MachineListReader(client, queue, registration)
                .read(
                        MachineListQuery.withTag(registration.cloud(), tag),
                        machine -> machine.tags().contains(tag.value()));
    }

    /**
     * Reads machines by their IDs: one call for each, but the inventory where there are more than {@value #ONE_BY_ONE}.
     *
     * @return those that Defender knows, in no particular order; a {@link DefenderException} if it could not be asked
     */
    public CompletableFuture<Map<MachineId, Machine>> machines(
            AppRegistration registration, Collection<MachineId> ids) {
        Map<MachineId, Machine> known = new ConcurrentHashMap<>();
        Set<MachineId> wanted = Set.copyOf(ids);
        if (wanted.size() > ONE_BY_ONE) {
            return new MachineListReader(client, queue, registration)
                    .read(MachineListQuery.inventory(registration.cloud()), machine -> wanted.contains(machine.id()))
                    .thenApply(machines -> {
                        machines.forEach(machine -> known.put(machine.id(), machine));
                        return known;
                    });
        }
        return CompletableFuture.allOf(wanted.stream()
                        .map(id -> queue.getMachine(registration, id).handle((machine, problem) -> {
                            if (machine != null) {
                                known.put(id, machine);
                            } else if (!DefenderException.isUnknownMachine(problem)) {
                                throw new CompletionException(DefenderException.unwrap(problem));
                            }
                            return null;
                        }))
                        .toArray(CompletableFuture[]::new))
                .thenApply(all -> known);
    }

    private static List<ResolvedMachine> choose(
            List<MachineName> names,
            Map<MachineKey, MachineName> questions,
            Map<MachineKey, Records> records,
            boolean pickNewest) {
        Map<MachineKey, ResolvedMachine> answers = new HashMap<>();
        questions.forEach((key, name) ->
                answers.put(key, MachineSelector.of(name, records.get(key).thatFit(key), pickNewest)));
        return names.stream()
                .map(name -> name.kind() == Kind.ID
                        ? ResolvedMachine.found(name, new MachineId(name.value()))
                        : answers.get(MachineKey.of(name)).as(name))
                .toList();
    }

    /** Unless a query before this one has found a machine. */
    private static CompletableFuture<Void> ask(
            MachineListReader lists, MachineListQuery query, MachineKey key, Records found) {
        if (containsUsable(found.all())) {
            return CompletableFuture.completedFuture(null);
        }
        return lists.read(query, key::fits).thenAccept(machines -> machines.forEach(found::add));
    }

    private static CompletableFuture<Void> readInventory(
            MachineListReader lists, Cloud cloud, Map<MachineKey, Records> records) {
        return lists.read(
                        MachineListQuery.inventory(cloud),
                        machine -> keys(machine).anyMatch(records::containsKey))
                .thenAccept(machines -> {
                    for (Machine machine : machines) {
                        keys(machine)
                                .filter(records::containsKey)
                                .forEach(key -> records.get(key).add(machine));
                    }
                });
    }

    private static Stream<MachineKey> keys(Machine machine) {
        return Stream.concat(MachineKey.of(machine).stream(), MachineKey.ofInterfaces(machine).stream());
    }

    private static boolean containsUsable(Collection<Machine> machines) {
        return machines.stream().anyMatch(MachineSelector::isUsable);
    }

    /** The records found for one name; each machine once, though a list that changes while it is read may repeat one. */
    private static final class Records {

        private final Map<MachineId, Machine> byId = new LinkedHashMap<>();

        void add(Machine machine) {
            byId.put(machine.id(), machine);
        }

        Collection<Machine> all() {
            return byId.values();
        }

        /** All, or without those that have an address on a network interface only, if it is the last one of another. */
        Collection<Machine> thatFit(MachineKey key) {
            List<Machine> first = byId.values().stream()
                    .filter(machine -> MachineKey.of(machine).contains(key))
                    .toList();
            return containsUsable(first) ? first : byId.values();
        }
    }
}
