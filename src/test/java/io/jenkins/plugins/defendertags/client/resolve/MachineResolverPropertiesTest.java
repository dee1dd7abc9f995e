package io.jenkins.plugins.defendertags.client.resolve;

import static io.jenkins.plugins.defendertags.client.Simulated.registration;
import static io.jenkins.plugins.defendertags.client.SimulatedQueue.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.defendertags.client.SimulatedQueue;
import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.SimulatedMachine;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What holds for any inventory. The pools of names are small, so that records share names and addresses often. */
class MachineResolverPropertiesTest {

    private static final List<String> LABELS = List.of("build", "build-1", "Build-1", "o_brien", "标签", "büro");
    private static final List<String> DOMAINS = List.of("", ".example.com", ".EXAMPLE.com", ".other.example.com");
    private static final List<String> ADDRESSES =
            List.of("10.0.0.1", "10.0.0.2", "::1", "2001:db8::1", "2001:DB8:0::1", "::ffff:10.0.0.1");

    /** Defender compares addresses as texts, so only what it has in the usual spelling is found by any spelling. */
    private static final List<String> LAST_ADDRESSES = List.of("10.0.0.1", "10.0.0.2", "::1", "2001:db8::1");

    private static DefenderSimulator simulator;
    private static SimulatedQueue simulated;
    private static MachineResolver resolver;

    /** A record of Defender's, as a test makes it up. */
    record Made(
            String name,
            String lastIpAddress,
            String otherIpAddress,
            String lastSeen,
            String health,
            String onboarding,
            boolean merged,
            boolean excluded) {

        boolean usable() {
            return !merged && !excluded && "onboarded".equalsIgnoreCase(onboarding) && !health.equals("Inactive");
        }
    }

    @BeforeContainer
    static void start() {
        simulated = new SimulatedQueue();
        simulator = simulated.simulator;
        resolver = simulated.resolver;
    }

    @AfterContainer
    static void close() {
        simulated.close();
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void agreesWithAnOracle(
            @ForAll("inventories") List<Made> inventory, @ForAll("names") String name, @ForAll boolean pickNewest)
            throws DefenderException {
        fill(inventory);
        ResolvedMachine answer = resolve(List.of(name), pickNewest).get(0);
        assertEquals(oracle(inventory, name, pickNewest), outcome(answer), () -> "" + answer);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void oneByOneAndInventoryAgree(
            @ForAll("inventories") List<Made> inventory,
            @ForAll("manyNames") List<String> names,
            @ForAll boolean pickNewest,
            @ForAll boolean emptyListIs404)
            throws DefenderException {
        fill(inventory);
        simulator.machines().setEmptyListIs404(emptyListIs404);
        List<String> many = new ArrayList<>(names);
        IntStream.rangeClosed(0, 600).forEach(i -> many.add("filler-" + i));
        long before = simulator.apiCalls();
        List<ResolvedMachine> inventoryMode = resolve(many, pickNewest);
        assertEquals(Math.max(1, (inventory.size() + 6) / 7), simulator.apiCalls() - before);
        assertEquals(resolve(names, pickNewest), inventoryMode.subList(0, names.size()));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void orderOfTheInventoryDoesNotMatter(
            @ForAll("inventories") List<Made> inventory,
            @ForAll("names") String name,
            @ForAll boolean pickNewest,
            @ForAll Random random)
            throws DefenderException {
        fill(inventory);
        ResolvedMachine before = resolve(List.of(name), pickNewest).get(0);
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, inventory.size()).boxed().toList());
        Collections.shuffle(order, random);
        simulator.machines().clear();
        order.forEach(number -> add(number, inventory.get(number)));
        assertEquals(before, resolve(List.of(name), pickNewest).get(0));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void caseDoesNotMatter(@ForAll("inventories") List<Made> inventory, @ForAll("names") String name)
            throws DefenderException {
        fill(inventory);
        assertEquals(
                outcome(resolve(List.of(name), false).get(0)),
                outcome(resolve(List.of(name.toUpperCase(Locale.ROOT)), false).get(0)));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void caseSensitiveDefenderMakesNoDifferenceForLowerCaseRecords(
            @ForAll("inventories") List<Made> inventory, @ForAll("names") String name) throws DefenderException {
        List<Made> lower = inventory.stream()
                .map(made -> new Made(
                        lower(made.name()),
                        made.lastIpAddress(),
                        made.otherIpAddress(),
                        made.lastSeen(),
                        made.health(),
                        made.onboarding(),
                        made.merged(),
                        made.excluded()))
                .toList();
        fill(lower);
        ResolvedMachine insensitive = resolve(List.of(name), false).get(0);
        simulator.machines().setCaseSensitive(true);
        assertEquals(insensitive, resolve(List.of(name), false).get(0));
    }

    @Property
    void anyTextIsANameOrSaysWhyNot(@ForAll String text) {
        try {
            MachineName name = new MachineName(text);
            assertEquals(name, new MachineName(name.value()), "trimmed once");
            Cloud cloud = Cloud.PRESETS.get(0);
            for (MachineListQuery query : MachineListQuery.forName(cloud, name, Instant.EPOCH)) {
                assertEquals(cloud.api().getHost(), query.first().getHost());
                assertEquals(query.first().toASCIIString(), query.first().toString());
            }
        } catch (IllegalArgumentException x) {
            assertEquals(SingleLine.of(x.getMessage(), 500), x.getMessage());
        }
    }

    @Provide
    static Arbitrary<String> names() {
        return Arbitraries.oneOf(
                Combinators.combine(Arbitraries.of(LABELS), Arbitraries.of(DOMAINS))
                        .as(String::concat),
                Arbitraries.of(ADDRESSES),
                Arbitraries.of("nobody", "nobody.example.com", "10.0.0.3", "buil", id(3)));
    }

    @Provide
    static Arbitrary<List<String>> manyNames() {
        return names().list().ofMinSize(1).ofMaxSize(12);
    }

    @Provide
    static Arbitrary<List<Made>> inventories() {
        Arbitrary<String> name = Combinators.combine(Arbitraries.of(LABELS), Arbitraries.of(DOMAINS))
                .as(String::concat)
                .injectNull(0.1);
        Arbitrary<String> lastSeen = Arbitraries.of(
                        "2026-11-20T08:10:59.1234567Z",
                        "2026-11-20T08:10:59.1234568Z",
                        "2026-11-20T08:10:59Z",
                        "2026-01-01T00:00:00Z")
                .injectNull(0.2);
        return Combinators.combine(
                        name,
                        Arbitraries.of(LAST_ADDRESSES).injectNull(0.2),
                        Arbitraries.of(ADDRESSES),
                        lastSeen,
                        Arbitraries.of("Active", "Active", "Inactive", "NoSensorData"),
                        Arbitraries.of("Onboarded", "onboarded", "CanBeOnboarded"),
                        Arbitraries.of(false, false, true),
                        Arbitraries.of(false, false, false, true))
                .as(Made::new)
                .list()
                .ofMaxSize(30);
    }

    private static void fill(List<Made> inventory) {
        simulator.machines().clear();
        simulator.machines().setCaseSensitive(false);
        simulator.machines().setEmptyListIs404(false);
        simulator.machines().setPageSize(7);
        IntStream.range(0, inventory.size()).forEach(i -> add(i, inventory.get(i)));
    }

    private static void add(int number, Made made) {
        SimulatedMachine machine = simulator
                .addMachine(id(number), made.name())
                .ipAddresses(made.lastIpAddress(), made.otherIpAddress())
                .lastSeen(made.lastSeen())
                .health(made.health())
                .onboarding(made.onboarding());
        if (made.merged()) {
            machine.mergedInto(id(999));
        }
        if (made.excluded()) {
            machine.excluded();
        }
    }

    private static String id(int number) {
        return String.format("%040x", number);
    }

    private static List<ResolvedMachine> resolve(List<String> names, boolean pickNewest) throws DefenderException {
        return await(resolver.resolve(
                registration(simulator), names.stream().map(MachineName::new).toList(), pickNewest));
    }

    /** A machine ID, or the problem. */
    private static String outcome(ResolvedMachine machine) {
        return machine.problem() == null
                ? machine.id().value()
                : machine.problem().errorCode().name();
    }

    /** The rules once more, as plainly as they can be said. */
    private static String oracle(List<Made> inventory, String name, boolean pickNewest) {
        if (name.length() == 40) {
            return name;
        }
        Set<Integer> fitting;
        if (ADDRESSES.contains(name) || name.equals("10.0.0.3")) {
            fitting = usable(inventory, made -> sameAddress(made.lastIpAddress(), name));
            if (fitting.isEmpty()) {
                fitting = usable(inventory, made -> sameAddress(made.otherIpAddress(), name));
            }
        } else if (name.contains(".")) {
            fitting = usable(inventory, made -> name.equalsIgnoreCase(made.name()));
        } else {
            fitting = usable(
                    inventory,
                    made -> made.name() != null && made.name().split("\\.")[0].equalsIgnoreCase(name));
        }
        if (fitting.isEmpty()) {
            return ErrorCode.UNKNOWN_MACHINE.name();
        }
        String latest = fitting.stream()
                .map(i -> seen(inventory.get(i)))
                .max(String::compareTo)
                .orElseThrow();
        List<Integer> candidates = fitting.stream()
                .filter(i -> !pickNewest || seen(inventory.get(i)).equals(latest))
                .toList();
        return candidates.size() == 1 ? id(candidates.get(0)) : ErrorCode.AMBIGUOUS_MACHINE.name();
    }

    /** In a form whose alphabetical order is that of the times. */
    private static String seen(Made made) {
        return made.lastSeen() == null ? "" : made.lastSeen().replace("59Z", "59.0000000Z");
    }

    private static boolean sameAddress(String one, String other) {
        try {
            return one != null && InetAddress.getByName(one).equals(InetAddress.getByName(other));
        } catch (UnknownHostException x) {
            throw new AssertionError(x);
        }
    }

    private static String lower(String name) {
        return name == null ? null : name.toLowerCase(Locale.ROOT);
    }

    private static Set<Integer> usable(List<Made> inventory, Predicate<Made> fits) {
        return IntStream.range(0, inventory.size())
                .filter(i -> inventory.get(i).usable() && fits.test(inventory.get(i)))
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
