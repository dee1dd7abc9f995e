package io.jenkins.plugins.defendertags.client.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads that wait together share list calls. */
class MergedReadsTest extends SteppedQueueTests {

    @BeforeEach
    void signIn() {
        addMachines(400);
        assertTrue(read(0).isDone());
        newCalls();
    }

    /** Reads while a 429 lets nothing be sent. */
    private List<CompletableFuture<Machine>> readTogether(int from, int to) {
        simulator.failNextApiCalls(Throttle.refusal(Throttle.Told.SECONDS, Duration.ofSeconds(1)));
        add("other", 0);
        List<CompletableFuture<Machine>> reads =
                IntStream.range(from, to).mapToObj(this::read).toList();
        newCalls();
        return reads;
    }

    private void assertAllRead(List<CompletableFuture<Machine>> reads, int from) {
        timer.advance(Duration.ofSeconds(30));
        for (int i = 0; i < reads.size(); i++) {
            assertEquals(id(from + i), reads.get(i).join().id().value());
        }
    }

    private long lists(List<String> calls) {
        return calls.stream().filter(call -> call.contains("$filter")).count();
    }

    /** The list of all machines takes more calls than filters, which the queue learns now. */
    private void largeTenant() {
        simulator.machines().setPageSize(100);
        assertAllRead(readTogether(100, 300), 100);
        newCalls();
    }

    @Test
    void manyReadsTakeTheListOfAllMachines() {
        assertAllRead(readTogether(1, 301), 1);
        assertEquals(2, newCalls().size(), "the change and one list");
    }

    @Test
    void dryRunAndChangeOf1200MachinesCostAHandfulOfCalls() {
        addMachines(1_200);
        List<CompletableFuture<Machine>> reads = queue.getMachines(
                registration,
                IntStream.range(0, 1_200).mapToObj(i -> new MachineId(id(i))).toList());
        assertAllRead(reads, 0);
        assertEquals(1_200, done(addToMany("x", 0, 1_200), Duration.ofSeconds(30)));
        int calls = newCalls().size();
        assertTrue(calls <= 8, calls + " calls");
    }

    @Test
    void dryRunOfMoreMachinesThanCallsAnHourEnds() {
        addMachines(2_000);
        assertAllRead(
                queue.getMachines(
                        registration,
                        IntStream.range(0, 2_000)
                                .mapToObj(i -> new MachineId(id(i)))
                                .toList()),
                0);
    }

    private long done(List<PendingChange> changes, Duration time) {
        timer.advance(time);
        return done(changes);
    }

    @Test
    void inventoryThatIsRefusedLeadsToFilters() {
        simulator.machines().refuseLargePages(1, Fault.defenderError(400, "BadRequest", "no"));
        List<CompletableFuture<Machine>> reads = readTogether(1, 101);
        timer.advance(Duration.ofSeconds(30));
        assertTrue(reads.stream().allMatch(CompletableFuture::isDone), "read with filters");
        assertEquals(id(100), reads.get(99).join().id().value());
    }

    @Test
    void readsOfTwoSecretsShareACallAndFailApart() {
        List<CompletableFuture<Machine>> reads = readTogether(1, 11);
        CompletableFuture<Machine> rotated =
                queue.getMachine(Simulated.registration(simulator, "another"), new MachineId(id(11)));
        assertAllRead(reads, 1);
        assertTrue(rotated.isCompletedExceptionally());
        assertEquals(2, newCalls().size(), "the change and one list");
    }

    @Test
    void loneReadIsMadeAtOnceByTheMachinesUrl() {
        assertTrue(read(7).isDone());
        assertEquals(List.of("GET /api/machines/" + id(7)), newCalls());
    }

    @Test
    void readsThatWaitShareListCalls() {
        largeTenant();
        assertAllRead(readTogether(1, 301), 1);
        List<String> calls = newCalls();
        assertTrue(calls.size() <= 9, calls.size() + " calls for 300 reads and a change");
        assertTrue(calls.stream().allMatch(call -> call.length() <= 4096));
    }

    @Test
    void equalReadsAreOne() {
        List<CompletableFuture<Machine>> reads = readTogether(5, 6);
        CompletableFuture<Machine> same = read(5);
        assertAllRead(reads, 5);
        assertEquals(id(5), same.join().id().value());
        assertEquals(2, newCalls().size(), "the change and one read");
    }

    @Test
    void readWithANewSecretAfterAPauseIsAnswered() {
        read(1).join();
        timer.advance(Duration.ofHours(2));
        CompletableFuture<Machine> rotated =
                queue.getMachine(Simulated.registration(simulator, "another"), new MachineId(id(2)));
        timer.advance(Duration.ofHours(2));
        assertTrue(rotated.isCompletedExceptionally(), "refused by Entra, not left without an answer");
    }

    @Test
    void otherFormIsTriedIfOneIsRefused() {
        largeTenant();
        simulator.machines().refuseFilters(filter -> filter.startsWith("id in"));
        assertAllRead(readTogether(1, 101), 1);
        newCalls();
        assertAllRead(readTogether(101, 201), 101);
        assertTrue(newCalls().size() <= 4, "the form that works is remembered");
    }

    @Test
    void fewerMachinesAreReadIfManyAreRefused() {
        largeTenant();
        simulator.machines().refuseFilters(filter -> filter.split("'").length / 2 > 25);
        assertAllRead(readTogether(1, 201), 1);
        assertTrue(newCalls().size() <= 20);
    }

    @Test
    void singleReadsAreTheLastResort() {
        simulator.machines().refuseFilters(filter -> true);
        assertAllRead(readTogether(1, 21), 1);
        List<String> calls = newCalls();
        assertTrue(lists(calls) <= 12, lists(calls) + " refused lists");
        assertAllRead(readTogether(21, 41), 21);
        assertEquals(0, lists(newCalls()), "remembered");
    }

    @Test
    void machineThatListsDoNotContainIsReadByItsId() {
        simulator.machines().hideInLists(id(9));
        assertAllRead(readTogether(1, 51), 1);
        assertTrue(newCalls().size() <= 3);
    }

    @Test
    void unknownMachineFailsAlone() {
        List<CompletableFuture<Machine>> reads = readTogether(1, 51);
        CompletableFuture<Machine> unknown = read(5_000);
        assertAllRead(reads, 1);
        CompletionException x = assertThrows(CompletionException.class, unknown::join);
        assertTrue(DefenderException.isUnknownMachine(x));
    }

    @Test
    void manyUnknownMachinesCostAFewCalls() {
        List<CompletableFuture<Machine>> reads = readTogether(5_000, 5_080);
        timer.advance(Duration.ofMinutes(1));
        assertTrue(reads.stream().allMatch(CompletableFuture::isCompletedExceptionally));
        int calls = newCalls().size();
        assertTrue(calls <= 45, calls + " calls");
    }

    @Test
    void cancelledReadIsNotSent() {
        List<CompletableFuture<Machine>> reads = readTogether(1, 3);
        reads.get(0).cancel(false);
        timer.advance(Duration.ofSeconds(5));
        assertEquals(id(2), reads.get(1).join().id().value());
        assertTrue(newCalls().stream().noneMatch(call -> call.contains(id(1))));
    }

    @Test
    void outageIsOvercome() {
        List<CompletableFuture<Machine>> reads = readTogether(1, 101);
        simulator.failApiCalls(Fault.answer(503, "text/plain", ""));
        timer.advance(Duration.ofMinutes(5));
        simulator.failApiCalls(null);
        assertAllRead(reads, 1);
    }
}
