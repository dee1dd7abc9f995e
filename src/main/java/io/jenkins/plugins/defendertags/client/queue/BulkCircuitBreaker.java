package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.queue.BatchOutcome.BulkResult;
import java.time.Duration;

/**
 * Decides whether the bulk call is worth trying. Some tenants refuse it, though the single call works; that is remembered for a
 * while. Not thread-safe.
 */
final class BulkCircuitBreaker {

    private static final Duration OPEN = Duration.ofMinutes(30);
    /** One unknown machine among many may be why a bulk call is refused; refusals in a row mean the call itself. */
    private static final int THRESHOLD = 4;

    private int failures;
    private boolean open;
    private long openUntil;

    /** Returns how many machines a call may be about. */
    int limit(long now) {
        if (open && now - openUntil >= 0) {
            open = false;
        }
        return open ? 1 : DefenderClient.BULK_LIMIT;
    }

    void record(BulkResult result, long now) {
        switch (result) {
            case NONE -> {}
            case WORKED -> failures = 0;
            case FAILED -> failures++;
            case REFUSED -> failures = THRESHOLD;
        }
        if (failures >= THRESHOLD) {
            failures = 0;
            open = true;
            openUntil = now + OPEN.toNanos();
        }
    }
}
