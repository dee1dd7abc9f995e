package io.jenkins.plugins.defendertags.client.http;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a server asks to wait before the next request: in {@code Retry-After}, or in Defender's message. */
public final class RetryAfter {

    /** Limits what a server can ask for: a queue must not stop for days. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Pattern IN_SECONDS = Pattern.compile("again in (\\d{1,9}) seconds?");

    private RetryAfter() {}

    /**
     * Parses the header, which is a number of seconds or a date.
     *
     * @param header the value as received, or null
     * @param date the response's {@code Date}, or null. A date in the header counts from it, since the clocks may differ
     * @return null if there is no header, or one that cannot be parsed
     */
    @CheckForNull
    static Duration parse(@CheckForNull String header, @CheckForNull String date) {
        if (header == null) {
            return null;
        }
        String value = header.strip();
        if (value.matches("\\d{1,9}")) {
            return bounded(Duration.ofSeconds(Long.parseLong(value)));
        }
        Instant then = instant(value);
        if (then == null) {
            return null;
        }
        Instant sent = instant(date);
        return bounded(Duration.between(sent == null ? Instant.now() : sent, then));
    }

    /** Parses {@code You can send requests again in 8 seconds.} Returns null if the message does not say that. */
    @CheckForNull
    public static Duration inMessage(@CheckForNull String message) {
        Matcher matcher = IN_SECONDS.matcher(message == null ? "" : message);
        return matcher.find() ? bounded(Duration.ofSeconds(Long.parseLong(matcher.group(1)))) : null;
    }

    @CheckForNull
    private static Instant instant(@CheckForNull String date) {
        try {
            return date == null
                    ? null
                    : ZonedDateTime.parse(date.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant();
        } catch (DateTimeException x) {
            return null;
        }
    }

    private static Duration bounded(Duration told) {
        return told.compareTo(SHORTEST) < 0 ? SHORTEST : told.compareTo(LONGEST) > 0 ? LONGEST : told;
    }
}
