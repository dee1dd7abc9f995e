package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.Serializable;
import java.util.Locale;

/**
 * Defender's ID of a machine: 40 hexadecimal digits. It becomes part of a request's path, so nothing else passes for one.
 *
 * @param value in lower case
 */
public record MachineId(String value) implements Serializable {

    private static final int LENGTH = 40;

    /** @throws IllegalArgumentException if this is not a machine ID, with a message that says what one looks like */
    public MachineId(@CheckForNull String value) {
        if (!isMachineId(value)) {
            throw new IllegalArgumentException("\"" + SingleLine.of(value, 60) + "\" is not a Defender machine ID."
                    + " A machine ID has 40 hexadecimal digits; the device's page in the Defender portal shows it.");
        }
        this.value = value.toLowerCase(Locale.ROOT);
    }

    public static boolean isMachineId(@CheckForNull String text) {
        return text != null && text.length() == LENGTH && text.chars().allMatch(MachineId::isHexDigit);
    }

    /** Unlike {@link Character#digit}, takes no digits of other scripts. */
    private static boolean isHexDigit(int character) {
        return character >= '0' && character <= '9'
                || character >= 'a' && character <= 'f'
                || character >= 'A' && character <= 'F';
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
