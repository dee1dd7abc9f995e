package io.jenkins.plugins.defendertags.client;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.defendertags.client.MachineName.Kind;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds out which machines are meant by what people call them. {@link MachineChoice} says which records count, and
 * {@link MachineKey} which names fit; both are decided here, whatever Defender's filters return.
 *
 * <p>A machine ID costs no call. Any other name costs one, or up to three if nothing comes at first. Defender allows 100
 * calls a minute to all builds of an app registration together, so more than {@value #ONE_BY_ONE} names at once are looked up
 * in the whole inventory, which comes in pages of 10,000: 1,000 names cost one call for every 10,000 machines of the tenant,
 * not 1,000 calls. For a few names the inventory would be the greater burden: a page has 10 MB and more.
 *
 * <p>An address is one that a machine last reported itself by; if there is no such machine, one that it has now. The few are
 * asked for with {@code findbyip}, which knows the last 15 minutes; in the inventory, the network interfaces on record are
 * compared.
 *
 * <p>Thread-safe; blocks its caller for as long as its calls take, one after the other. Nothing is remembered: after a
 * machine is reinstalled, its name means another ID.
 */
public final class MachineResolver {

    /** Up to so many names are asked for one by one. */
    static final int ONE_BY_ONE = 20;

    private final DefenderClient client;
    private final Clock clock;

    public MachineResolver(@NonNull DefenderClient client) {
        this(client, Clock.systemUTC());
    }

    MachineResolver(DefenderClient client, Clock clock) {
        this.client = client;
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
     * @throws DefenderException if Defender could not be asked; nothing is known of any name then
     */
    @NonNull
    public Resolution resolve(
            @NonNull AppRegistration registration, @NonNull List<MachineName> names, boolean pickNewest)
            throws DefenderException {
        Map<MachineKey, MachineName> questions = new LinkedHashMap<>();
        for (MachineName name : names) {
            if (name.kind() != Kind.ID) {
                questions.putIfAbsent(MachineKey.of(name), name);
            }
        }
        MachineLists lists = new MachineLists(client, registration);
        Map<MachineKey, Collection<Machine>> records = questions.size() > ONE_BY_ONE
                ? inventory(lists, registration.cloud(), questions.keySet())
                : oneByOne(lists, registration.cloud(), questions);
        Map<MachineKey, ResolvedMachine> answers = new HashMap<>();
        questions.forEach((key, name) -> answers.put(key, MachineChoice.of(name, records.get(key), pickNewest)));
        List<ResolvedMachine> machines = new ArrayList<>();
        for (MachineName name : names) {
            machines.add(
                    name.kind() == Kind.ID
                            ? ResolvedMachine.found(name, new MachineId(name.value()))
                            : answers.get(MachineKey.of(name)).as(name));
        }
        return new Resolution(List.copyOf(machines), lists.calls());
    }

    private Map<MachineKey, Collection<Machine>> oneByOne(
            MachineLists lists, Cloud cloud, Map<MachineKey, MachineName> questions) throws DefenderException {
        Map<MachineKey, Collection<Machine>> records = new HashMap<>();
        for (Map.Entry<MachineKey, MachineName> question : questions.entrySet()) {
            Records found = new Records();
            for (MachineQuery query : MachineQuery.forName(cloud, question.getValue(), clock.instant())) {
                if (!found.settled()) {
                    found.addAll(lists.read(query, question.getKey()::fits));
                }
            }
            records.put(question.getKey(), found.all());
        }
        return records;
    }

    private static Map<MachineKey, Collection<Machine>> inventory(
            MachineLists lists, Cloud cloud, Set<MachineKey> questions) throws DefenderException {
        Map<MachineKey, Records> first = new HashMap<>();
        Map<MachineKey, Records> byInterface = new HashMap<>();
        questions.forEach(key -> first.put(key, new Records()));
        questions.forEach(key -> byInterface.put(key, new Records()));
        List<Machine> machines = lists.read(
                MachineQuery.inventory(cloud),
                machine -> Stream.concat(MachineKey.of(machine).stream(), MachineKey.ofInterfaces(machine).stream())
                        .anyMatch(questions::contains));
        for (Machine machine : machines) {
            MachineKey.of(machine).stream()
                    .filter(questions::contains)
                    .forEach(key -> first.get(key).add(machine));
            MachineKey.ofInterfaces(machine).stream()
                    .filter(questions::contains)
                    .forEach(key -> byInterface.get(key).add(machine));
        }
        Map<MachineKey, Collection<Machine>> records = new HashMap<>();
        first.forEach((key, found) -> {
            if (!found.settled()) {
                found.addAll(byInterface.get(key).all());
            }
            records.put(key, found.all());
        });
        return records;
    }

    /** The records that fit one name; each machine once, though a list that changes while it is read may repeat one. */
    private static final class Records {

        private final Map<MachineId, Machine> byId = new LinkedHashMap<>();

        void add(Machine machine) {
            byId.put(machine.id(), machine);
        }

        void addAll(Collection<Machine> machines) {
            machines.forEach(this::add);
        }

        /** Whether a machine in use is among them, so that there is no need to look further. */
        boolean settled() {
            return byId.values().stream().anyMatch(MachineChoice::isUsable);
        }

        Collection<Machine> all() {
            return byId.values();
        }
    }
}
