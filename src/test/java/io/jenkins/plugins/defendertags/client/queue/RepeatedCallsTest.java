package io.jenkins.plugins.defendertags.client.queue;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import io.jenkins.plugins.defendertags.simulator.Throttle.Told;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the queue sends again, and for how long. */
class RepeatedCallsTest extends QueueTests {

    static List<Fault> passingFaults() {
        return List.of(
                Fault.defenderError(500, "InternalServerError", "Oops"),
                Fault.answer(502, "text/html", "<html>"),
                Fault.answer(503, null, ""),
                Fault.answer(504, "text/plain", "late"),
                Fault.html(200),
                Fault.cutShort(),
                Fault.cutShort().afterwards(),
                Fault.closed(),
                Fault.closed().afterwards(),
                Fault.answer(200, "application/json", "{\"id\":").afterwards());
    }

    @ParameterizedTest
    @MethodSource("passingFaults")
    void passingFaultIsOvercome(Fault fault) throws Exception {
        simulator.failNextApiCalls(fault, fault);
        PendingChange change = submit("Add", "x");
        assertEquals(List.of("x"), change.result().get().tags());
        assertEquals(3, change.calls());
    }

    @ParameterizedTest
    @MethodSource("passingFaults")
    void passingFaultOfTheSignInIsOvercome(Fault fault) throws Exception {
        simulator.failNextTokenRequests(fault, fault);
        PendingChange change = submit("Add", "x");
        assertEquals(List.of("x"), change.result().get().tags());
        assertEquals(1, change.calls());
        assertEquals(3, simulator.tokenCalls());
    }

    @Test
    void pausesAsLongAsEntraSays() throws Exception {
        simulator.failNextTokenRequests(Throttle.refusal(Told.SECONDS, Duration.ofSeconds(2)));
        long start = System.nanoTime();
        submit("Add", "x").result().get();
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() >= 1_990);
        assertEquals(2, simulator.tokenCalls());
    }

    @Test
    void whatIsProbablyAMistakeInTheConfigurationIsToldSoon() {
        simulator.failApiCalls(Fault.html(200));
        assertEquals(Kind.NOT_UNDERSTOOD, fails(submit("Add", "x")).kind());
        assertEquals(5, simulator.apiCalls());
    }

    @Test
    void wrongSecretAnswersAllThatWaitForIt() {
        simulated.limit(RateLimit.perMinute(1_000));
        simulator.failNextTokenRequests(exchange -> {
            Thread.sleep(500);
            Fault.answer(
                            401,
                            "application/json",
                            "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret\"}")
                    .apply(exchange);
        });
        List<PendingChange> changes = submitToMany("Add", "x", 100);
        int refused = 0;
        for (PendingChange change : changes) {
            try {
                change.result().get();
            } catch (ExecutionException x) {
                assertEquals(Kind.SIGN_IN, ((DefenderException) x.getCause()).kind());
                refused++;
            } catch (InterruptedException x) {
                throw new AssertionError(x);
            }
        }
        assertTrue(refused >= 1 && simulator.tokenCalls() <= 5, refused + " refused, " + simulator.tokenCalls());
    }

    @Test
    void givesUpAtTheDeadlineAndTellsTheLastProblem() {
        simulated.deadline(Duration.ofMillis(700));
        simulator.failApiCalls(Fault.defenderError(503, "ServiceUnavailable", "Busy"));
        DefenderException x = fails(submit("Add", "x"));
        assertEquals(Kind.UNAVAILABLE, x.kind());
        assertTrue(x.getMessage().startsWith("Given up after 0 seconds. The last error:"), x.getMessage());
        assertTrue(x.getMessage().contains("HTTP 503: Busy"), x.getMessage());
    }

    @Test
    void givesUpAtTheDeadlineIfTheLimitLeavesNoRoom() throws Exception {
        simulated.limit(RateLimit.perMinute(1));
        submit("Add", "first").result().get();
        simulated.deadline(Duration.ofMillis(200));
        PendingChange late = submit("Add", "second");
        CompletableFuture<?> lookUp = simulated.queue.getMachine(simulated.registration, new MachineId(ID));
        DefenderException x = fails(late);
        assertEquals(Kind.THROTTLED, x.kind());
        assertTrue(x.getMessage().contains("Use another app registration"), x.getMessage());
        assertFalse(late.mayHaveBeenMade());
        assertThrows(ExecutionException.class, lookUp::get);
    }

    @Test
    void hangingCallIsGivenUpAndRepeated() throws Exception {
        simulated.timeouts = new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(1));
        simulator.failNextApiCalls(Fault.silence(), Fault.drip(50));
        PendingChange change = submit("Add", "x");
        assertEquals(List.of("x"), change.result().get().tags());
        assertEquals(3, change.calls());
    }

    @Test
    void tagThatIsAsWantedIsNoFailure() throws Exception {
        simulator.answers().setNeedlessIsRefused(true);
        submit("Add", "x").result().get();
        assertEquals(List.of("x"), submit("Add", "x").result().get().tags());
        assertEquals(List.of(), submit("Remove", "x").result().get().tags());
        assertEquals(List.of(), submit("Remove", "x").result().get().tags());
    }
}
