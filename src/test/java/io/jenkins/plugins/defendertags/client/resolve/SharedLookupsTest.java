package io.jenkins.plugins.defendertags.client.resolve;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static io.jenkins.plugins.defendertags.client.Simulated.registration;
import static io.jenkins.plugins.defendertags.client.SimulatedQueue.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.queue.RateLimit;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Look-ups of several builds that wait together. */
class SharedLookupsTest extends ResolverTests {

    private CompletableFuture<ResolvedMachine> find(String name) {
        return resolver.resolve(registration(simulator), new MachineName(name));
    }

    /** Asks while a call for another name is under way. */
    private List<ResolvedMachine> together(Stream<String> names) throws DefenderException {
        simulated.limit(RateLimit.perMinute(600)); // else calls that are under way keep nobody waiting
        simulator.setLatency(Duration.ofMillis(200));
        CompletableFuture<ResolvedMachine> first = find("first");
        List<CompletableFuture<ResolvedMachine>> asked = names.map(this::find).toList();
        await(first);
        List<ResolvedMachine> found = new ArrayList<>();
        for (CompletableFuture<ResolvedMachine> one : asked) {
            found.add(await(one));
        }
        return found;
    }

    @Test
    void namesThatWaitTogetherAreOneLookUp() throws Exception {
        IntStream.range(0, 15).forEach(i -> machine(i, "m" + i + ".example.com"));
        List<ResolvedMachine> found = together(Stream.concat(
                IntStream.range(0, 15).mapToObj(i -> i % 2 == 0 ? "m" + i : "M" + i + ".example.com"),
                Stream.of("nobody")));
        IntStream.range(0, 15)
                .forEach(i -> assertEquals(id(i), found.get(i).id().value()));
        assertTrue(found.get(15).isUnknown());
        assertTrue(simulator.apiCalls() <= 6, simulator.apiCalls() + " calls for 17 names");
    }

    /** What each of them asks: which machine it is, half of them by a name; what tags that has; and a tag for it. */
    @Test
    void twoThousandAgentsThatReconnectCostAHandfulOfCalls() throws Exception {
        simulated.limit(RateLimit.perMinute(100), RateLimit.perHour(1500));
        simulator.setLatency(Duration.ofMillis(100));
        List<CompletableFuture<Machine>> tagged = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            machine(i, "m" + i + ".example.com");
        }
        for (int i = 0; i < 2000; i++) {
            MachineId id = new MachineId(id(i));
            tagged.add(find(i % 2 == 0 ? "m" + i : id.value())
                    .thenCompose(found -> simulated.queue.getMachine(simulated.registration, id))
                    .thenCompose(known ->
                            simulated.submit("Add", "build", known.id().value()).result()));
        }
        for (CompletableFuture<Machine> one : tagged) {
            assertEquals(List.of("build"), await(one).tags());
        }
        long calls = simulator.apiCalls();
        assertTrue(calls <= 20, calls + " calls, not 5,000");
    }

    @Test
    void equalLookUpsAreOne() throws Exception {
        simulator.addMachine(ID, HOST);
        List<ResolvedMachine> found = together(IntStream.range(0, 100).mapToObj(i -> HOST));
        found.forEach(one -> assertEquals(ID, one.id().value()));
        assertTrue(simulator.apiCalls() <= 4, simulator.apiCalls() + " calls for 100 times one name");
    }

    @Test
    void hundredsShareTheInventory() throws Exception {
        IntStream.range(0, 500).forEach(i -> machine(i, "m" + i + ".example.com"));
        List<ResolvedMachine> found = together(IntStream.range(0, 500).mapToObj(i -> "m" + i));
        IntStream.range(0, 500)
                .forEach(i -> assertEquals(id(i), found.get(i).id().value()));
        assertTrue(simulator.apiCalls() <= 20, simulator.apiCalls() + " calls for 501 names");
    }

    @Test
    void loneNameIsLookedUpAtOnceByItself() throws Exception {
        simulator.addMachine(ID, HOST);
        assertEquals(ID, one(HOST).id().value());
        assertEquals(1, simulator.apiCalls());
    }

    @Test
    void refusedFilterOfSeveralNamesIsAskedForEach() throws Exception {
        simulator.machines().refuseFilters(filter -> filter.contains(" or "));
        IntStream.range(0, 5).forEach(i -> machine(i, "m" + i));
        ResolverTests.Resolution found = resolve("m0", "m1", "m2", "m3", "m4");
        IntStream.range(0, 5)
                .forEach(i -> assertEquals(id(i), found.machines().get(i).id().value()));
        assertEquals(6, found.calls());
    }

    @Test
    void machinesWithATagAreAsThisControllersOwnChangesMadeThem() throws Exception {
        machine(1, "m1").lagReads(Duration.ofHours(1)).has("x");
        machine(2, "m2").has("x");
        simulated.submit("Remove", "x", id(1)).result().join();
        List<Machine> found = await(resolver.withTag(registration(simulator), new Tag("x")));
        assertEquals(List.of(id(2)), found.stream().map(one -> one.id().value()).toList());
    }

    @Test
    void anOutageDuringALookUpIsOvercome() throws Exception {
        IntStream.range(0, 5).forEach(i -> machine(i, "m" + i));
        simulator.failNextApiCalls(Fault.answer(503, "text/plain", ""), Fault.closed());
        ResolverTests.Resolution found = resolve("m0", "m1", "m2", "m3", "m4");
        assertEquals(id(4), found.machines().get(4).id().value());
    }
}
