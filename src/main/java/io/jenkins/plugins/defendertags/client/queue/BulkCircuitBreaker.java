package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.model.Backoff;
import io.jenkins.plugins.defendertags.client.queue.BatchOutcome.BulkResult;
import java.time.Duration;

/**
 * Decides whether the bulk call is worth trying. Some tenants refuse it, though the single call works: then machines are changed
 * one by one, and one bulk call a minute finds out whether it works by now. An outage says nothing about the bulk call, which
 * then only pauses. Thread-safe.
 */
final class BulkCircuitBreaker {

    private static final Duration OPEN = Duration.ofMinutes(1);
    /** One unknown machine among many may be why a bulk call is refused; refusals in a row mean the call itself. */
    private static final int THRESHOLD = 4;
    /** Failures in a row that are outages of the bulk call alone, since single calls are answered meanwhile. */
    private static final int LASTING = 8;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private enum State {
        CLOSED,
        OPEN,
        /** One bulk call may be made as a probe. */
        HALF_OPEN,
        PROBING
    }

    private State state = State.CLOSED;
    private long openUntil;
    private int refusals;
    private int interruptions;
    private long pausedUntil;

    /** Returns how many machines a call may be about. */
    synchronized int limit(long now) {
        if (state == State.OPEN && now - openUntil >= 0) {
            state = State.HALF_OPEN;
        }
        return state == State.CLOSED || state == State.HALF_OPEN ? DefenderClient.BULK_LIMIT : 1;
    }

    /** Returns the nanoseconds until the next bulk call may be made; not positive for at once. */
    synchronized long waitFor(long now) {
        return state == State.CLOSED && interruptions > 0 ? pausedUntil - now : 0;
    }

    /** A bulk call is made. */
    synchronized void started() {
        if (state == State.HALF_OPEN) {
            state = State.PROBING;
        }
    }

    /** What came of a bulk call. */
    synchronized void ended(BulkResult result, Duration firstPause, long now) {
        switch (result) {
            case NONE -> reopenIfProbing(now);
            case WORKED -> {
                state = State.CLOSED;
                refusals = 0;
                interruptions = 0;
            }
            case FAILED -> {
                refusals++;
                if (state == State.PROBING || refusals >= THRESHOLD) {
                    open(now);
                }
            }
            case REFUSED -> open(now);
            case INTERRUPTED -> {
                interruptions++;
                pausedUntil = now
                        + new Backoff(firstPause, LONGEST_PAUSE)
                                .delay(interruptions)
                                .toNanos();
                if (interruptions >= LASTING) {
                    open(now);
                } else {
                    reopenIfProbing(now);
                }
            }
        }
    }

    private void reopenIfProbing(long now) {
        if (state == State.PROBING) {
            open(now);
        }
    }

    private void open(long now) {
        state = State.OPEN;
        openUntil = now + OPEN.toNanos();
        refusals = 0;
        interruptions = 0;
    }
}
