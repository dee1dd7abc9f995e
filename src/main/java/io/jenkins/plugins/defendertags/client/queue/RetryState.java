package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;

/**
 * The failed attempts of one change or read. Immutable.
 *
 * @param failures the number of attempts that failed; an attempt that a rate limit turned away is none
 * @param tokenRefused whether an attempt failed because its token was refused
 * @param last the error of the last attempt, or null
 */
record RetryState(
        int failures, boolean tokenRefused, @CheckForNull DefenderException last) {

    static final RetryState NONE = new RetryState(0, false, null);

    RetryState after(DefenderException failure) {
        return switch (failure.kind()) {
            case THROTTLED -> new RetryState(failures, tokenRefused, failure);
            case UNAUTHORIZED -> new RetryState(failures, true, failure);
            default -> new RetryState(failures + 1, tokenRefused, failure);
        };
    }

    /** The state of a batch that holds both. */
    RetryState worse(RetryState other) {
        return new RetryState(
                Math.max(failures, other.failures),
                tokenRefused || other.tokenRefused,
                other.last == null ? last : other.last);
    }
}
