package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import java.time.Duration;

/**
 * Whether the bulk call is worth trying. Some tenants refuse it, though the single call works; that is remembered for a
 * while. Not thread-safe.
 */
final class BulkCircuitBreaker {

    private static final Duration REMEMBERED = Duration.ofMinutes(30);
    /** One unknown machine among many may be why a bulk call is refused; refusals in a row mean the call itself. */
    private static final int REFUSALS = 4;

    private int refusals;
    private boolean off;
    private long offUntil;

    int limit(long now) {
        if (off && now - offUntil >= 0) {
            off = false;
        }
        return off ? 1 : DefenderClient.BULK_LIMIT;
    }

    void worked() {
        refusals = 0;
    }

    /** Refused, or in trouble, for a reason that may be one of the machines' or the moment's. */
    void failed(long now) {
        refusals++;
        if (refusals >= REFUSALS) {
            turnOff(now);
        }
    }

    /** Refused for good. */
    void turnOff(long now) {
        refusals = 0;
        off = true;
        offUntil = now + REMEMBERED.toNanos();
    }
}
