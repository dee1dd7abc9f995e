package io.jenkins.plugins.defendertags.client.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.SimulatedQueue;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GatheredCallsTest {

    private final SimulatedQueue simulated = new SimulatedQueue();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final GatheredCalls calls = new GatheredCalls(
            registration -> simulated.queue, registration -> simulated.resolver, timer, () -> Duration.ofMillis(300));

    @AfterEach
    void close() {
        timer.shutdownNow();
        simulated.close();
    }

    @Test
    void manyAtOnceShareTheInventory() throws Exception {
        List<CompletableFuture<Optional<Machine>>> asked = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            simulated.simulator.addMachine(id(i), "m" + i + ".example.com", "before");
            asked.add(ask(id(i)));
        }
        CompletableFuture<Optional<Machine>> unknown = ask(id(1000));
        for (CompletableFuture<Optional<Machine>> one : asked) {
            assertEquals(
                    List.of("before"), SimulatedQueue.await(one).orElseThrow().tags());
        }
        assertTrue(unknown.join().isEmpty());
        assertEquals(1, simulated.simulator.apiCalls());
    }

    @Test
    void fewAreAskedForOneByOne() throws Exception {
        simulated.simulator.addMachine(id(1), "m1.example.com", "before");
        CompletableFuture<Optional<Machine>> known = ask(id(1));
        CompletableFuture<Optional<Machine>> again = ask(id(1));
        CompletableFuture<Optional<Machine>> unknown = ask(id(2));
        assertEquals("m1.example.com", known.join().orElseThrow().computerDnsName());
        assertTrue(again.join().isPresent());
        assertTrue(unknown.join().isEmpty());
        assertEquals(2, simulated.simulator.apiCalls());
    }

    @Test
    void namesShareTheInventoryToo() throws Exception {
        List<CompletableFuture<ResolvedMachine>> asked = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            simulated.simulator.addMachine(id(i), "m" + i + ".example.com");
            asked.add(find("m" + i));
        }
        CompletableFuture<ResolvedMachine> unknown = find("nobody");
        for (int i = 0; i < 500; i++) {
            assertEquals(
                    new MachineId(id(i)), SimulatedQueue.await(asked.get(i)).id());
        }
        assertTrue(SimulatedQueue.await(unknown).isUnknown());
        assertEquals(1, simulated.simulator.apiCalls());
        assertTrue(find(id(1)).isDone(), "an ID needs no look-up");
    }

    private CompletableFuture<ResolvedMachine> find(String name) {
        return calls.resolve(simulated.registration, new MachineName(name));
    }

    @Test
    void whoAsksLaterGetsALaterAnswer() throws Exception {
        simulated.simulator.addMachine(id(1), "m1.example.com", "before");
        assertEquals(List.of("before"), ask(id(1)).join().orElseThrow().tags());
        simulated.submit("Remove", "before", id(1)).result().join();
        assertEquals(List.of(), ask(id(1)).join().orElseThrow().tags());
    }

    @Test
    void changesAreSentTogether() throws Exception {
        List<CompletableFuture<Machine>> asked = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            simulated.simulator.addMachine(id(i), "m" + i + ".example.com");
            asked.add(add(id(i)));
        }
        asked.add(add(id(7)));
        for (CompletableFuture<Machine> one : asked) {
            assertEquals(List.of("x"), SimulatedQueue.await(one).tags());
        }
        assertEquals(1, simulated.simulator.apiCalls());
    }

    @Test
    void aChangeThatIsRefusedIsToldOnlyToWhoAskedForIt() throws Exception {
        simulated.simulator.addMachine(id(1), "m1.example.com");
        CompletableFuture<Machine> known = add(id(1));
        CompletableFuture<Machine> unknown = add(id(2));
        assertEquals(List.of("x"), SimulatedQueue.await(known).tags());
        DefenderException refused = assertThrows(DefenderException.class, () -> SimulatedQueue.await(unknown));
        assertEquals(DefenderException.Kind.NOT_FOUND, refused.kind());
    }

    @Test
    void whoKeepsAskingDoesNotKeepTheFirstWaiting() throws Exception {
        simulated.simulator.addMachine(id(0), "m0.example.com");
        CompletableFuture<Machine> first = add(id(0));
        for (int i = 1; !first.isDone(); i++) {
            simulated.simulator.addMachine(id(i), "m" + i + ".example.com");
            add(id(i));
            Thread.sleep(50);
        }
        assertEquals(List.of("x"), first.join().tags());
    }

    private CompletableFuture<Machine> add(String id) {
        return calls.submit(simulated.registration, new TagChange(TagAction.ADD, new Tag("x"), new MachineId(id)));
    }

    @Test
    void refusalIsToldToAll() {
        simulated.simulator.failApiCalls(Fault.defenderError(403, "Forbidden", "Missing application roles"));
        for (CompletableFuture<Optional<Machine>> one : List.of(ask(id(1)), ask(id(2)))) {
            DefenderException refused = assertThrows(DefenderException.class, () -> SimulatedQueue.await(one));
            assertEquals(DefenderException.Kind.FORBIDDEN, refused.kind());
        }
    }

    private CompletableFuture<Optional<Machine>> ask(String id) {
        return calls.machine(simulated.registration, new MachineId(id));
    }

    private static String id(int number) {
        return "%040x".formatted(number);
    }
}
