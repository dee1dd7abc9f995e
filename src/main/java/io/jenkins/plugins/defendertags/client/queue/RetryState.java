package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;

/**
 * The failed attempts of one change or read. Immutable.
 *
 * @param failures the number of attempts that failed for a reason of their own: neither a rate limit nor an outage
 * @param tokenRefused whether an attempt failed because its token was refused
 * @param answersBefore how many calls the scheduler had answers for when the last attempt failed
 * @param last the error of the last attempt, or null
 */
record RetryState(
        int failures,
        boolean tokenRefused,
        long answersBefore,
        @CheckForNull DefenderException last) {

    static final RetryState NONE = new RetryState(0, false, 0, null);

    /** @param answers how many calls the scheduler has answers for */
    RetryState after(DefenderException failure, long answers) {
        boolean outage = RetryPolicy.isOutage(failure) && !othersWereAnswered(answers);
        return switch (failure.kind()) {
            case THROTTLED -> new RetryState(failures, tokenRefused, answers, failure);
            case UNAUTHORIZED -> new RetryState(failures, true, answers, failure);
            default -> new RetryState(outage ? failures : failures + 1, tokenRefused, answers, failure);
        };
    }

    /**
     * Whether the last attempt failed as in an outage and other calls were answered since, so that another such failure is
     * this one's own.
     */
    boolean othersWereAnswered(long answers) {
        return last != null && RetryPolicy.isOutage(last) && answers > answersBefore;
    }

    /** The state of a batch that holds both. */
    RetryState worse(RetryState other) {
        return new RetryState(
                Math.max(failures, other.failures),
                tokenRefused || other.tokenRefused,
                Math.max(answersBefore, other.answersBefore),
                other.last == null ? last : other.last);
    }
}
