package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often something was tried in vain, which decides whether it is tried again. A tag change converges, and everything
 * else only reads: repeating is safe. Immutable.
 *
 * @param failures those that count; being told to wait is none
 * @param refused whether a token was refused already
 * @param last the last problem, or null
 */
record RetryPolicy(
        int failures, boolean refused, @CheckForNull DefenderException last) {

    static final RetryPolicy NONE = new RetryPolicy(0, false, null);

    /** Where it is probably the configuration that is wrong, people should hear of it soon. */
    private static final int IF_PROBABLY_LASTING = 4;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    RetryPolicy and(DefenderException problem) {
        return switch (problem.kind()) {
            case THROTTLED -> new RetryPolicy(failures, refused, problem);
            case UNAUTHORIZED -> new RetryPolicy(failures, true, problem);
            default -> new RetryPolicy(failures + 1, refused, problem);
        };
    }

    RetryPolicy orWorse(RetryPolicy other) {
        return new RetryPolicy(
                Math.max(failures, other.failures), refused || other.refused, other.last == null ? last : other.last);
    }

    /** Whether to try again after this problem. */
    boolean isWorthRepeating(DefenderException problem) {
        return switch (problem.kind()) {
            case THROTTLED, UNAVAILABLE, NO_ANSWER -> true;
            case UNREACHABLE, NOT_UNDERSTOOD -> failures < IF_PROBABLY_LASTING;
            case UNAUTHORIZED -> !refused; // the token may have been revoked; the next one is new
            case SIGN_IN, FORBIDDEN, NOT_FOUND, REFUSED -> false;
        };
    }

    /** Doubled with each failure, and spread by chance so that what failed together does not come back together. */
    Duration pause(Duration first, DefenderException problem) {
        if (problem.kind() == Kind.UNAUTHORIZED) {
            return Duration.ZERO;
        }
        Duration longest = first.multipliedBy(1L << Math.min(failures, 20));
        longest = longest.compareTo(LONGEST_PAUSE) < 0 ? longest : LONGEST_PAUSE;
        Duration pause =
                longest.dividedBy(1000).multipliedBy(ThreadLocalRandom.current().nextInt(500, 1001));
        Duration told = problem.retryAfter();
        return told == null || told.compareTo(pause) < 0 ? pause : told;
    }
}
