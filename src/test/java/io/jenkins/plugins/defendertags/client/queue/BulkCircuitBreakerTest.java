package io.jenkins.plugins.defendertags.client.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.queue.BatchOutcome.BulkResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BulkCircuitBreakerTest {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final BulkCircuitBreaker breaker = new BulkCircuitBreaker();

    private void end(BulkResult result, long now) {
        breaker.started();
        breaker.ended(result, FIRST, now);
    }

    @Test
    void opensAtOnceIfTheCallIsRefused() {
        end(BulkResult.REFUSED, 0);
        assertEquals(1, breaker.limit(0));
        assertEquals(1, breaker.limit(MINUTE - 1));
    }

    @Test
    void opensAfterFailuresInARow() {
        for (int i = 0; i < 3; i++) {
            end(BulkResult.FAILED, 0);
            assertEquals(500, breaker.limit(0));
        }
        end(BulkResult.FAILED, 0);
        assertEquals(1, breaker.limit(0));
    }

    @Test
    void successCountsFromTheStartAgain() {
        for (int i = 0; i < 20; i++) {
            end(i % 4 == 3 ? BulkResult.WORKED : BulkResult.FAILED, 0);
        }
        assertEquals(500, breaker.limit(0));
    }

    @Test
    void oneCallProbesAfterAMinute() {
        end(BulkResult.REFUSED, 0);
        assertEquals(500, breaker.limit(MINUTE));
        breaker.started();
        assertEquals(1, breaker.limit(MINUTE), "one probe is enough");
        breaker.ended(BulkResult.WORKED, FIRST, MINUTE);
        assertEquals(500, breaker.limit(MINUTE));
    }

    @ParameterizedTest
    @EnumSource(
            value = BulkResult.class,
            names = {"NONE", "FAILED", "REFUSED", "INTERRUPTED"})
    void probeThatDoesNotWorkOpensItForAnotherMinute(BulkResult result) {
        end(BulkResult.REFUSED, 0);
        breaker.limit(MINUTE);
        end(result, MINUTE);
        assertEquals(1, breaker.limit(2 * MINUTE - 1));
        assertEquals(500, breaker.limit(2 * MINUTE));
    }

    @Test
    void outageOnlyPausesBulkCalls() {
        for (int i = 0; i < 5; i++) {
            end(BulkResult.INTERRUPTED, 0);
            assertEquals(500, breaker.limit(0));
        }
        assertTrue(breaker.waitFor(0) >= Duration.ofMillis(7_500).toNanos());
        assertTrue(breaker.waitFor(0) <= Duration.ofSeconds(15).toNanos());
        end(BulkResult.WORKED, 0);
        assertEquals(0, breaker.waitFor(0));
    }
}
