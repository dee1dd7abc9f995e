package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.model.Backoff;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import java.time.Duration;

/**
 * Decides which failures are retried, and after which delay. Retrying is always safe: a tag change converges, and everything
 * else only reads.
 */
record RetryPolicy(Backoff backoff) {

    /** Retries of what is probably a mistake in the configuration, which people should learn of soon. */
    private static final int RETRIES_IF_PROBABLY_LASTING = 4;

    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

    static RetryPolicy of(QueueSettings settings) {
        return new RetryPolicy(new Backoff(settings.firstPause(), LONGEST_DELAY));
    }

    /** Whether Defender or Entra is away, as far as one call can tell. */
    static boolean isOutage(DefenderException failure) {
        return failure.kind() == Kind.UNAVAILABLE || failure.kind() == Kind.NO_ANSWER;
    }

    /** Whether the failure is Defender's own answer, so that there is no outage. */
    static boolean isAnswer(DefenderException failure) {
        return switch (failure.kind()) {
            case UNAUTHORIZED, FORBIDDEN, NOT_FOUND, REFUSED -> true;
            default -> false;
        };
    }

    /** @param state before this failure */
    static boolean shouldRetry(RetryState state, DefenderException failure) {
        return switch (failure.kind()) {
            case THROTTLED, UNAVAILABLE, NO_ANSWER -> true;
            case UNREACHABLE, NOT_UNDERSTOOD -> state.failures() < RETRIES_IF_PROBABLY_LASTING;
            case UNAUTHORIZED -> !state.tokenRefused(); // the token may have been revoked; the next one is new
            case SIGN_IN, FORBIDDEN, NOT_FOUND, REFUSED, TOO_LARGE -> false;
        };
    }

    /** @param failures the number of failures in a row, this one included */
    Duration delay(int failures, DefenderException failure) {
        if (failure.kind() == Kind.UNAUTHORIZED) {
            return Duration.ZERO;
        }
        Duration delay = backoff.delay(failures);
        Duration asked = failure.retryAfter();
        return asked == null || asked.compareTo(delay) < 0 ? delay : asked;
    }
}
