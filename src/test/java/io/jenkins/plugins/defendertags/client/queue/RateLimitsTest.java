package io.jenkins.plugins.defendertags.client.queue;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import io.jenkins.plugins.defendertags.simulator.Throttle.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the queue sends, and when, if there is a limit, or Defender asks for a pause. */
class RateLimitsTest extends QueueTests {

    @Test
    void keepsToTheLimit() throws Exception {
        simulated.limit(new RateLimit(3, Duration.ofSeconds(2)));
        simulator.limit(new Throttle(3, Duration.ofSeconds(2), Told.SECONDS));
        simulator.answers().setBulkFault(Fault.defenderError(403, "Forbidden", "No bulk here."));
        List<PendingChange> changes = submitToMany("Add", "x", 7);
        assertEquals(7, succeeded(changes));
        assertEquals(0, simulator.refusals(), "nobody saw a 429");
    }

    @Test
    void lookUpsCountAgainstTheLimit() throws Exception {
        simulator.addMachine(id(1), "build-1");
        simulated.limit(new RateLimit(2, Duration.ofSeconds(2)));
        simulator.limit(new Throttle(2, Duration.ofSeconds(2), Told.SECONDS));
        simulated.queue.getMachine(simulated.registration, new MachineId(ID)).get(); // else the two reads share a call
        PendingChange second = submit("Add", "x");
        CompletableFuture<?> third = simulated.queue.getMachine(simulated.registration, new MachineId(id(1)));
        CompletableFuture.allOf(second.result(), third).get();
        assertEquals(3, simulator.apiCalls());
        assertEquals(0, simulator.refusals());
    }

    @ParameterizedTest
    @EnumSource(Told.class)
    void pausesAsLongAsDefenderSays(Told told) throws Exception {
        submit("Add", "warm").result().get();
        simulator.failNextApiCalls(Throttle.refusal(told, Duration.ofSeconds(2)));
        long start = System.nanoTime();
        PendingChange refused = submit("Add", "x");
        refused.result().get();
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        assertEquals(2, refused.calls());
        if (told == Told.NOT_AT_ALL) {
            assertTrue(millis < 1_000, "the first pause of this test's queue is 10 ms: " + millis);
        } else {
            // A date has no milliseconds.
            assertTrue(millis >= 990, millis + " ms");
        }
    }

    @Test
    void pauseHoldsForEverybody() throws Exception {
        submit("Add", "warm").result().get();
        simulator.failNextApiCalls(Throttle.refusal(Told.SECONDS, Duration.ofSeconds(2)));
        PendingChange refused = submit("Add", "x");
        await().until(() -> refused.waitStatus().reason() == WaitStatus.Reason.PAUSE);
        long before = simulator.apiCalls();
        List<PendingChange> others = submitToMany("Add", "y", 5);
        CompletableFuture<?> lookUp = simulated.queue.getMachine(simulated.registration, new MachineId(ID));
        Thread.sleep(300);
        assertEquals(before, simulator.apiCalls(), "nothing is sent during the pause");
        WaitStatus waiting = others.get(0).waitStatus();
        assertEquals("Defender, which asked for a pause (HTTP 429)", waiting.what());
        assertTrue(waiting.until().isAfter(Instant.now()), "" + waiting);
        refused.result().get();
        lookUp.get();
        assertEquals(5, succeeded(others));
    }

    @Test
    void saysThatItWaitsForTheLimit() throws Exception {
        simulated.limit(RateLimit.perMinute(1));
        submit("Add", "first").result().get();
        PendingChange second = submit("Add", "second");
        await().until(() -> second.waitStatus().until() != null); // the first one's call may not have ended quite yet
        WaitStatus waiting = second.waitStatus();
        assertEquals(WaitStatus.Reason.LIMIT, waiting.reason());
        assertEquals("Defender's limit of 1 call a minute for all builds", waiting.what());
        assertTrue(waiting.until().isAfter(Instant.now().plusSeconds(50)), "" + waiting);
    }
}
