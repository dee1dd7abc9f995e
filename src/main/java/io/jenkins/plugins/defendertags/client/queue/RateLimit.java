package io.jenkins.plugins.defendertags.client.queue;

import java.time.Duration;

/**
 * At most so many calls in any span of time of this length. Source: Microsoft's limits of the machine tags API, 100 calls a
 * minute and 1,500 an hour for one application in one tenant.
 *
 * @param calls at least 1
 * @param window positive
 */
public record RateLimit(int calls, Duration window) {

    /** @throws IllegalArgumentException if nothing at all could be called */
    public RateLimit {
        if (calls < 1 || window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException(
                    "A limit of " + calls + " calls in " + window + " is not usable. Give at least one call.");
        }
    }

    public static RateLimit perMinute(int calls) {
        return new RateLimit(calls, Duration.ofMinutes(1));
    }

    public static RateLimit perHour(int calls) {
        return new RateLimit(calls, Duration.ofHours(1));
    }

    /** For people: {@code 100 calls a minute}. */
    @Override
    public String toString() {
        String span = window.equals(Duration.ofMinutes(1))
                ? "a minute"
                : window.equals(Duration.ofHours(1)) ? "an hour" : "in " + window.toMillis() + " ms";
        return calls + (calls == 1 ? " call " : " calls ") + span;
    }
}
