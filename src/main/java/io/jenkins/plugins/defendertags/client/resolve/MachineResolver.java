package io.jenkins.plugins.defendertags.client.resolve;

import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.queue.TagQueue;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Resolves names to machine IDs. {@link MachineSelector} decides which records count, and {@link MachineKey} which names fit,
 * whatever Defender's filters return.
 *
 * <p>A machine ID costs no call. Any other name costs one call, or up to four if the first ones find nothing. All builds of an
 * app registration share Defender's rate limit, so more than {@value #ONE_BY_ONE} names at once are looked up in the
 * inventory, which comes in pages of 10,000 machines: 1,000 names cost one call for each page, not 1,000 calls. For fewer
 * names the inventory would cost more, since a page has 10 MB and more.
 *
 * <p>An IP address means the machine that last reported itself by it or, if there is none, one that has it now: {@code
 * findbyip} knows the last 15 minutes, and the inventory lists network interfaces. Defender compares addresses as text, so one
 * that it stores in an unusual spelling is only found by that spelling, or in the inventory.
 *
 * <p>Thread-safe. No method blocks: the calls go through the {@link TagQueue}, one after the other. Nothing is cached, since a
 * reinstalled machine has a new ID under its old name.
 */
public final class MachineResolver {

    /** The largest number of names that are looked up one by one. */
    static final int ONE_BY_ONE = 20;

    private final DefenderClient client;
    private final TagQueue queue;
    private final Clock clock;

    /** @param queue that of the app registration */
    public MachineResolver(DefenderClient client, TagQueue queue) {
        this(client, queue, Clock.systemUTC());
    }

    MachineResolver(DefenderClient client, TagQueue queue, Clock clock) {
        this.client = client;
        this.queue = queue;
        this.clock = clock;
    }

    /**
     * The outcome of a look-up.
     *
     * @param machines one for each name, in the order of the names
     * @param calls the number of calls that it took
     */
    public record Resolution(List<ResolvedMachine> machines, int calls) {}

    /**
     * Resolves names. A name that fits no machine, or several, has a problem in the result.
     *
     * @param names in any order; a name that comes twice is looked up once
     * @param pickNewest whether to take the machine that was seen last if a name fits several
     * @return completes with a {@link DefenderException} if the calls failed; then nothing is known about any name
     */
    public CompletableFuture<Resolution> resolve(
            AppRegistration registration, List<MachineName> names, boolean pickNewest) {
        MachineListReader lists = new MachineListReader(client, queue, registration);
        NameLookup lookup = new NameLookup(lists, registration.cloud(), names);
        CompletableFuture<Void> asked =
                lookup.size() > ONE_BY_ONE ? lookup.readInventory() : lookup.askForEach(clock.instant());
        return asked.thenApply(all -> new Resolution(
                names.stream().map(name -> lookup.answer(name, pickNewest)).toList(), lists.calls()));
    }

    /** Resolves one name. */
    public CompletableFuture<ResolvedMachine> resolve(AppRegistration registration, MachineName name) {
        return resolve(registration, List.of(name), false)
                .thenApply(resolution -> resolution.machines().get(0));
    }

    /**
     * Finds every machine with a tag, including inactive, merged and not onboarded ones.
     *
     * @return in Defender's order; completes with a {@link DefenderException} if the calls failed
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
}
