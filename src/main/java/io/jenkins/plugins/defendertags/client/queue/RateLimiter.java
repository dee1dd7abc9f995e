package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.Arrays;
import java.util.List;

/**
 * Counts calls in sliding windows. A call counts from its start until a whole window after its <em>end</em>, because
 * Defender counts it at some moment between the two: so Defender never counts more than the limit. Not thread-safe.
 */
final class RateLimiter {

    /** The wait if only the end of a call under way makes room. */
    static final long UNTIL_ONE_ENDS = Long.MAX_VALUE;

    private static final int MIN_CAPACITY = 128;

    /** When the last calls ended, in nanoseconds; a ring in which {@code next} is overwritten next. */
    private long[] ends = new long[0];

    private int next;
    private int size;

    /**
     * How long until another call may start.
     *
     * @param limits may change from call to call
     * @param underWay calls that have started and not ended
     * @return nanoseconds, 0 for at once, or {@link #UNTIL_ONE_ENDS}
     */
    long waitFor(List<RateLimit> limits, int underWay, long now) {
        long longest = 0;
        for (RateLimit limit : limits) {
            longest = Math.max(longest, waitFor(limit, underWay, now));
        }
        return longest;
    }

    /** The limit that takes longest to make room, or null if none is in the way. */
    @CheckForNull
    RateLimit tightest(List<RateLimit> limits, int underWay, long now) {
        RateLimit tightest = null;
        for (RateLimit limit : limits) {
            long wait = waitFor(limit, underWay, now);
            if (wait > 0 && (tightest == null || wait > waitFor(tightest, underWay, now))) {
                tightest = limit;
            }
        }
        return tightest;
    }

    /** The number of calls that count towards a limit now. */
    int used(RateLimit limit, int underWay, long now) {
        int ended = 0;
        while (ended < Math.min(size, limit.calls())
                && now - end(ended + 1) < limit.window().toNanos()) {
            ended++;
        }
        return ended + underWay;
    }

    private long waitFor(RateLimit limit, int underWay, long now) {
        int room = limit.calls() - underWay;
        if (room <= 0) {
            return UNTIL_ONE_ENDS;
        }
        // If the call that ended room calls ago is out of the window, fewer than room are in it.
        return room > size ? 0 : Math.max(0, end(room) + limit.window().toNanos() - now);
    }

    private long end(int callsAgo) {
        return ends[Math.floorMod(next - callsAgo, ends.length)];
    }

    /** Notes that a call has ended. */
    void ended(List<RateLimit> limits, long now) {
        int needed = 0;
        for (RateLimit limit : limits) {
            needed = Math.max(needed, limit.calls());
        }
        if (size == ends.length && needed > size) {
            grow(Math.min(needed, Math.max(MIN_CAPACITY, 2 * size)));
        }
        if (ends.length > 0) {
            ends[next] = now;
            next = (next + 1) % ends.length;
            size = Math.min(size + 1, ends.length);
        }
    }

    private void grow(int capacity) {
        long[] grown = new long[capacity];
        for (int i = 0; i < size; i++) {
            grown[i] = end(size - i);
        }
        ends = Arrays.copyOf(grown, capacity);
        next = size;
    }
}
