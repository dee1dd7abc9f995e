package io.jenkins.plugins.defendertags.client.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import io.jenkins.plugins.defendertags.simulator.Throttle.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** 5xx, broken connections and 429 pause the whole queue, and say nothing about the bulk call. */
class OutageTest extends SteppedQueueTests {

    private static final Fault AWAY = Fault.answer(503, "text/plain", "");

    @BeforeEach
    void signIn() {
        addMachines(1_000);
        assertTrue(add("warm", 0).result().isDone());
        newCalls();
    }

    static List<Fault> outages() {
        return List.of(
                Fault.answer(500, "text/plain", ""),
                Fault.answer(502, "text/html", "<html>"),
                AWAY,
                Fault.answer(504, "text/plain", ""),
                Fault.closed(),
                Fault.cutShort());
    }

    @ParameterizedTest
    @MethodSource("outages")
    void oneProbeAtATimeFindsOutWhetherDefenderIsBack(Fault outage) {
        simulator.failApiCalls(outage);
        List<PendingChange> changes = new ArrayList<>();
        IntStream.range(0, 10).forEach(i -> changes.add(add("tag-" + i, i)));
        assertEquals(1, newCalls().size(), "the first failure pauses all");
        timer.advance(SECOND);
        assertEquals(1, newCalls().size(), "a probe after 0.5 to 1 s");
        timer.advance(Duration.ofHours(1).minusMinutes(1));
        int probes = newCalls().size();
        assertTrue(probes >= 240 && probes <= 480, probes + " probes in an hour");
        assertEquals(0, done(changes));

        simulator.failApiCalls(null);
        timer.advance(Duration.ofSeconds(15));
        assertEquals(10, done(changes));
    }

    @Test
    void whatHasWaitedLeavesMerged() {
        simulator.failApiCalls(AWAY);
        add("other", 0);
        timer.advance(Duration.ofMinutes(30));
        List<PendingChange> changes = new ArrayList<>(addToMany("x", 0, 1_000));
        timer.advance(Duration.ofMinutes(20));
        newCalls();
        simulator.failApiCalls(null);
        timer.advance(Duration.ofSeconds(25));
        assertEquals(1_000, done(changes));
        int calls = newCalls().size();
        assertTrue(calls <= 5, calls + " calls: a probe, the other one, and 999 machines in two");
    }

    @Test
    void pauseHoldsForReadsToo() {
        simulator.failNextApiCalls(AWAY);
        add("x", 1);
        newCalls();
        var read = read(2);
        assertEquals(0, newCalls().size());
        WaitStatus waiting = queue.waitStatus();
        assertEquals(WaitStatus.Reason.PAUSE, waiting.reason());
        assertTrue(waiting.what().startsWith("Defender to become available again: "), waiting.what());
        timer.advance(SECOND);
        assertTrue(read.isDone());
        assertNull(queue.waitStatus());
    }

    @Test
    void rateLimitAnswerPausesAllUntilTheTimeIsOver() {
        simulator.failNextApiCalls(Throttle.refusal(Told.SECONDS, Duration.ofSeconds(30)));
        add("x", 1);
        newCalls();
        add("y", 2);
        var read = read(2);
        timer.advance(Duration.ofSeconds(29));
        assertEquals(0, newCalls().size());
        timer.advance(Duration.ofSeconds(2));
        assertEquals(3, newCalls().size());
        assertTrue(read.isDone());
    }

    @Test
    void aMomentWithoutTheBulkCallDoesNotTurnItOff() {
        simulator.answers().setBulkFault(AWAY);
        List<PendingChange> changes = new ArrayList<>(addToMany("x", 0, 1_000));
        timer.advance(Duration.ofMillis(400));
        simulator.answers().setBulkFault(null);
        timer.advance(Duration.ofSeconds(20));
        assertEquals(1_000, done(changes));
        int calls = newCalls().size();
        assertTrue(calls <= 6, calls + " calls");
    }

    @Test
    void bulkCallThatIsAwayForMinutesIsUsedAgainAtOnce() {
        simulator.answers().setBulkFault(AWAY);
        List<PendingChange> changes = new ArrayList<>(addToMany("x", 0, 1_000));
        timer.advance(Duration.ofSeconds(20));
        int calls = newCalls().size();
        assertTrue(calls <= 20, calls + " calls while single calls work");
        simulator.answers().setBulkFault(null);
        timer.advance(Duration.ofSeconds(30));
        assertEquals(1_000, done(changes));
        calls = newCalls().size();
        assertTrue(calls <= 6, calls + " calls");
    }

    @Test
    void machineWithALastingErrorHoldsUpNoOther() {
        simulator.machines().get(id(7)).failWith(Fault.defenderError(500, "InternalServerError", "Oops"));
        PendingChange failing = add("x", 7);
        int others = 0;
        for (int i = 100; i < 400; i++) {
            PendingChange other = add("tag-" + i, i);
            timer.advance(SECOND.multipliedBy(3));
            others += other.result().isDone() ? 1 : 0;
        }
        assertTrue(others >= 295, others + " of 300 within 3 s");
        assertFalse(failing.result().isDone());
        assertTrue(failing.calls() <= 45, failing.calls() + " attempts in 15 minutes");
    }

    @Test
    void changesThatWereNeverSentFailWithTheOutageAtTheirDeadline() {
        simulator.failApiCalls(AWAY);
        add("x", 1);
        PendingChange behind = add("y", 1);
        timer.advance(Duration.ofHours(1));
        CompletionException x = org.junit.jupiter.api.Assertions.assertThrows(
                CompletionException.class, () -> behind.result().join());
        assertEquals(Kind.UNAVAILABLE, ((DefenderException) x.getCause()).kind());
        assertTrue(x.getCause().getMessage().contains("HTTP 503"), x.getCause().getMessage());
    }
}
