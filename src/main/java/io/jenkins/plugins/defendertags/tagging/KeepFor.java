package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parameter {@code keepFor}: a time that is written as {@code 30m}, {@code 4h} or {@code 7d}. */
public final class KeepFor {

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Pattern FORM = Pattern.compile("([0-9]{1,6})([mhd])");
    private static final int SHOWN = 40;

    private KeepFor() {}

    /**
     * Returns null for null.
     *
     * @throws IllegalArgumentException if this is no such time, with a message that says what is
     */
    @CheckForNull
    public static Duration parse(@CheckForNull String text) {
        if (text == null) {
            return null;
        }
        Matcher form = FORM.matcher(text.strip());
        if (form.matches()) {
            long number = Long.parseLong(form.group(1));
            Duration time =
                    switch (form.group(2)) {
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        default -> Duration.ofDays(number);
                    };
            if (number > 0 && time.compareTo(LONGEST) <= 0) {
                return time;
            }
        }
        throw new IllegalArgumentException("keepFor \"" + SingleLine.of(text, SHOWN)
                + "\" cannot be used. Give a number with m, h or d, from 1m to 365d, such as 30m, 4h or 7d.");
    }
}
