package io.jenkins.plugins.defendertags.client.http;

import java.time.Duration;

/**
 * How long a request may take.
 *
 * @param connect to open a connection, TLS included
 * @param request for the whole exchange, from the first attempt to connect to the last byte of the answer
 */
public record Timeouts(Duration connect, Duration request) {

    public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(30));

    /** @throws IllegalArgumentException if one is not positive or longer than an hour */
    public Timeouts {
        check("connect", connect);
        check("request", request);
    }

    private static void check(String name, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "The " + name + " timeout of " + timeout.toSeconds() + " s is not usable. Give 1 to 3600 s.");
        }
    }
}
