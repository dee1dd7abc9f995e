package io.jenkins.plugins.defendertags.client.queue;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.simulator.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that Defender does not answer hold up only what has to wait for them. */
class HangingCallsTest extends SteppedQueueTests {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Fault silence = Fault.silenceUntil(over);

    @AfterEach
    void end() {
        over.countDown();
        threads.shutdownNow();
    }

    /** Two changes of different tags, so that neither waits for the other. */
    private List<PendingChange> twoThatHang() {
        addMachines(10);
        assertTrue(add("warm", 0).result().isDone());
        newCalls();
        simulator.failNextApiCalls(silence, silence);
        executor = threads;
        List<PendingChange> changes = List.of(add("a", 0), add("b", 1));
        List<String> calls = new ArrayList<>();
        await().until(() -> {
            calls.addAll(newCalls());
            return calls.size() == 2;
        });
        executor = Runnable::run;
        return changes;
    }

    @Test
    void othersAreCalledAfterFiveSeconds() {
        twoThatHang();
        var read = read(2);
        PendingChange other = add("c", 3);
        timer.advance(SECOND.multipliedBy(4));
        assertEquals(0, newCalls().size(), "two calls are enough as long as they may be answered");
        timer.advance(SECOND);
        assertTrue(read.isDone() && other.result().isDone());
    }

    @Test
    void changesOfTheirMachinesWait() {
        List<PendingChange> hang = twoThatHang();
        PendingChange next = add("c", 0);
        timer.advance(SECOND.multipliedBy(20));
        assertFalse(next.result().isDone(), "an Add must not overtake what was asked for before");
        assertEquals(0, newCalls().size());
        over.countDown();
        await().until(() -> {
            timer.advance(SECOND);
            return next.result().isDone() && done(hang) == 2;
        });
    }
}
