package io.jenkins.plugins.defendertags.client.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The calls under way, and when another may join them: few at once, because what comes meanwhile is merged, but a call that hangs
 * must not hold up the others. Not thread-safe.
 */
final class CallsUnderWay {

    /** Enough for 100 calls a minute, as long as an answer takes less than 1.2 seconds. More would only cost calls. */
    static final int USUALLY = 2;

    /** While all of them hang. */
    static final int AT_MOST = 6;

    /** From then on a call is not one of the usual ones any more. */
    static final Duration HANGS_AFTER = Duration.ofSeconds(5);

    /** In nanoseconds, the oldest first. */
    private final List<Long> starts = new ArrayList<>(AT_MOST);

    int count() {
        return starts.size();
    }

    void started(long now) {
        starts.add(now);
    }

    /** @param start when the call that has ended was started */
    void ended(long start) {
        starts.remove(Long.valueOf(start));
    }

    /**
     * How long until another call may start.
     *
     * @param probing whether one call at a time finds out whether Defender is back
     * @return nanoseconds, not positive for at once, or {@link RateLimiter#UNTIL_ONE_ENDS}
     */
    long waitFor(boolean probing, long now) {
        if (count() >= (probing ? 1 : AT_MOST)) {
            return RateLimiter.UNTIL_ONE_ENDS;
        }
        return count() < USUALLY ? 0 : starts.get(count() - USUALLY) + HANGS_AFTER.toNanos() - now;
    }
}
