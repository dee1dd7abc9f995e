package io.jenkins.plugins.defendertags.client.queue;

import java.time.Duration;
import java.util.List;

/**
 * Decides how long the next call of a kind waits for more to share it. What is alone is sent at once. While a call is under
 * way, more gathers until it is back. Once calls are being merged, the next one is sent when nothing has arrived for a moment.
 * It never takes longer than the time between two calls if the rate limits were used evenly. Thread-safe.
 */
final class MergeWindow {

    /** Longer than a slow machine needs from one of many arrivals to the next. */
    private static final Duration MOMENT = Duration.ofMillis(200);

    private static final Duration LONGEST = Duration.ofSeconds(3);

    private int callsUnderWay;
    private boolean merging;
    private long lastStart;
    private long lastArrival;

    synchronized void arrived(long now) {
        lastArrival = now;
    }

    /** @param size how much the call is about */
    synchronized void started(int size, long now) {
        callsUnderWay++;
        merging = size > 1;
        lastStart = now;
    }

    synchronized void ended() {
        callsUnderWay--;
    }

    /** Returns the nanoseconds until the next call may start; not positive for at once. */
    synchronized long waitFor(List<RateLimit> limits, long now) {
        if (callsUnderWay == 0 && !merging) {
            return 0;
        }
        long longest = longest(limits);
        long atTheLatest = lastStart + longest - now;
        return callsUnderWay > 0
                ? atTheLatest
                : Math.min(atTheLatest, lastArrival + Math.min(MOMENT.toNanos(), longest) - now);
    }

    /** Whether it has nothing to remember. */
    synchronized boolean isOver(List<RateLimit> limits, long now) {
        return callsUnderWay == 0 && (!merging || lastStart + longest(limits) - now <= 0);
    }

    private static long longest(List<RateLimit> limits) {
        long spacing = 0;
        for (RateLimit limit : limits) {
            spacing = Math.max(spacing, limit.window().toNanos() / limit.calls());
        }
        return Math.min(spacing, LONGEST.toNanos());
    }
}
