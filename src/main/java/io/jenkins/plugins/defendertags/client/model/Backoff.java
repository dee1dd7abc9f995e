package io.jenkins.plugins.defendertags.client.model;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Exponential backoff with jitter: the delay doubles with each failure up to a maximum, and is then shortened by up to half at
 * random, so that callers that failed together do not retry together.
 *
 * @param first the longest delay after the first failure
 * @param longest the longest delay after any number of failures
 */
public record Backoff(Duration first, Duration longest) {

    private static final int MAX_DOUBLINGS = 30;

    /** @throws IllegalArgumentException if a delay is negative or longer than a year */
    public Backoff {
        if (first.isNegative() || longest.isNegative() || longest.compareTo(Duration.ofDays(366)) > 0) {
            throw new IllegalArgumentException("A backoff from " + first + " to " + longest + " is not usable.");
        }
    }

    /** @param failures the number of failures in a row, at least 1 */
    public Duration delay(int failures) {
        return longestDelay(failures)
                .dividedBy(1000)
                .multipliedBy(ThreadLocalRandom.current().nextInt(500, 1001));
    }

    /** The delay before jitter shortens it. */
    public Duration longestDelay(int failures) {
        int doublings = Math.max(0, Math.min(failures - 1, MAX_DOUBLINGS));
        Duration delay = first;
        for (int i = 0; i < doublings && delay.compareTo(longest) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(longest) < 0 ? delay : longest;
    }
}
