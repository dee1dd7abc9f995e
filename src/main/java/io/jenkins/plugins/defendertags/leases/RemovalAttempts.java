package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.Backoff;
import io.jenkins.plugins.defendertags.client.model.Problem;
import java.time.Duration;
import java.time.Instant;

/**
 * The failed attempts to remove a tag. Immutable.
 *
 * @param count all of them
 * @param refusals those that another try soon is not likely to help; an outage is none
 * @param last when the last one began; null if there was none
 * @param problem why the last one failed; null if there was none
 * @param unknown how often in a row Defender did not know the machine
 * @param unknownSince when it did not for the first time; null if it knew the machine
 * @param delayed whether the last one failed in a way that passes soon, as an outage does
 */
public record RemovalAttempts(
        int count,
        int refusals,
        @CheckForNull Instant last,
        @CheckForNull Problem problem,
        int unknown,
        @CheckForNull Instant unknownSince,
        boolean delayed) {

    static final RemovalAttempts NONE = new RemovalAttempts(0, 0, null, null, 0, null, false);

    /** How long Jenkins tries by itself. */
    static final Duration TRIED_FOR = Duration.ofDays(7);

    private static final Backoff BACKOFF = new Backoff(Duration.ofMinutes(10), Duration.ofHours(6));

    /** The queue of the app registration itself calls ever less often during an outage, and goes on soon after it. */
    private static final Duration SOON = Duration.ofMinutes(1);

    /** One answer that a machine does not exist can be wrong, so it takes several over a time. */
    private static final int UNKNOWN_IF = 3;

    private static final Duration UNKNOWN_FOR = Duration.ofHours(1);

    /** Defender or Entra refused the removal, or there is no credential for it. */
    RemovalAttempts refused(Instant start, Problem reason) {
        return new RemovalAttempts(count + 1, refusals + 1, start, reason, 0, null, false);
    }

    /** Defender was not available. */
    RemovalAttempts delayed(Instant start, Problem reason) {
        return new RemovalAttempts(count + 1, refusals, start, reason, unknown, unknownSince, true);
    }

    /** Defender did not know the machine, and listed it a moment later: the first time in a row this is likely to pass. */
    RemovalAttempts contradicted(Instant start, Problem reason) {
        return new RemovalAttempts(count + 1, refusals + 1, start, reason, 0, null, refusals == 0);
    }

    /** Defender did not know the machine. */
    RemovalAttempts machineUnknown(Instant start, Problem reason) {
        return new RemovalAttempts(
                count + 1,
                refusals + 1,
                start,
                reason,
                unknown + 1,
                unknownSince == null ? start : unknownSince,
                false);
    }

    /** Whether Defender has not known the machine often and long enough to believe that it is gone. */
    boolean isMachineGone(Instant now) {
        return unknown >= UNKNOWN_IF && unknownSince != null && !now.isBefore(unknownSince.plus(UNKNOWN_FOR));
    }

    /**
     * When to try again: from one start to the next, so that an attempt that waited for the end of an outage is repeated at once.
     *
     * @param ended when the last holder ended
     * @return null if Jenkins no longer tries by itself
     */
    @CheckForNull
    Instant next(Instant ended) {
        Instant next = last == null ? ended : last.plus(delayed ? SOON : BACKOFF.longestDelay(Math.max(1, refusals)));
        return next.isBefore(ended.plus(TRIED_FOR)) ? next : null;
    }
}
