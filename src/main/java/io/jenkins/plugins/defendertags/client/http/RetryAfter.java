package io.jenkins.plugins.defendertags.client.http;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a server wants to be left alone: its {@code Retry-After}, or what Defender writes into its message. */
public final class RetryAfter {

    /** Whatever a server says: a queue must not stand still for days. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Pattern IN_SECONDS = Pattern.compile("again in (\\d{1,9}) seconds?");

    private RetryAfter() {}

    /**
     * Reads the header, which is a number of seconds or a date.
     *
     * @param header as it came, or null
     * @param date the answer's {@code Date}, or null: a date counts from there, since the server's clock may be wrong
     * @return null if there is no header, or one that makes no sense
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

    /** Reads {@code You can send requests again in 8 seconds.}; null if that is not there. */
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
