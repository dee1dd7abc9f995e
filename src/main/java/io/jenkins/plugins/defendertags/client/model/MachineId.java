package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Defender's ID of a machine: 40 hexadecimal digits. It becomes part of a request's path, so nothing else passes for one.
 *
 * @param value in lower case
 */
public record MachineId(String value) implements Serializable {

    private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{40}");

    /** @throws IllegalArgumentException if this is not a machine ID, with a message that says what one looks like */
    public MachineId(@CheckForNull String value) {
        if (!isMachineId(value)) {
            throw new IllegalArgumentException("\"" + SingleLine.of(value, 60) + "\" is not a Defender machine ID."
                    + " A machine ID has 40 hexadecimal digits; the device's page in the Defender portal shows it.");
        }
        this.value = value.toLowerCase(Locale.ROOT);
    }

    public static boolean isMachineId(@CheckForNull String text) {
        return text != null && FORM.matcher(text).matches();
    }

    /** Returns the first and last four digits, for a log line. */
    public String abbreviated() {
        return value.substring(0, 4) + "…" + value.substring(36);
    }

    @Override
    public String toString() {
        return value;
    }
}
