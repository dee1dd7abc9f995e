package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.Backoff;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import java.time.Duration;
import java.time.Instant;

/**
 * The pause of all calls of an app registration, after a 429 or while Defender or Entra is away. When it ends, one call at a
 * time is sent as a probe, until one of them is answered. Not thread-safe.
 */
final class QueuePause {

    /** After an outage the queue continues within this time. */
    private static final Duration LONGEST_IN_OUTAGE = Duration.ofSeconds(15);

    private static final Duration LONGEST_AFTER_429 = Duration.ofMinutes(1);

    private long until;
    private int failuresInARow;
    private DefenderException reason;

    QueuePause(long now) {
        until = now;
    }

    /** Returns the nanoseconds until it ends; not positive if there is none. */
    long remaining(long now) {
        return until - now;
    }

    /** Whether no call was answered since the pause began, so that the next one is a probe. */
    boolean isProbing() {
        return failuresInARow > 0;
    }

    /** Begins a pause, or extends it. Calls that fail together count once. */
    void begin(DefenderException failure, QueueSettings settings, long now) {
        if (remaining(now) <= 0) {
            failuresInARow++;
        }
        Duration longest = failure.kind() == Kind.THROTTLED ? LONGEST_AFTER_429 : LONGEST_IN_OUTAGE;
        Duration delay = new RetryPolicy(new Backoff(settings.firstPause(), longest)).delay(failuresInARow, failure);
        long end = now + delay.toNanos();
        if (end - until > 0) {
            until = end;
        }
        reason = failure;
    }

    /** Defender answered a call, with whatever result. A pause that was asked for still lasts. */
    void answered() {
        failuresInARow = 0;
    }

    /** The outage that keeps calls from being made, or null if there is none. */
    @CheckForNull
    DefenderException outage() {
        return isProbing() && reason.kind() != Kind.THROTTLED ? reason : null;
    }

    /** What waits for the end of the pause, or null if there is none. */
    @CheckForNull
    WaitStatus waitStatus(long now) {
        long remaining = remaining(now);
        if (remaining <= 0 && !isProbing()) {
            return null;
        }
        return new WaitStatus(
                WaitStatus.Reason.PAUSE,
                reason.kind() == Kind.THROTTLED
                        ? "Defender, which asked for a pause (HTTP 429)"
                        : "Defender to become available again: " + reason.getMessage(),
                remaining <= 0 ? null : Instant.now().plusNanos(remaining));
    }
}
