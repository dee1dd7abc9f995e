package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * What people call a machine: its machine ID, its full DNS name, its short host name or its IP address. 1 to
 * {@value #MAX_LENGTH} characters, no control characters; anything else is allowed, since it is escaped when it is sent, and
 * simply unknown when no machine is called so.
 *
 * @param value as it was typed, without white space around it
 */
public record MachineName(String value) implements Serializable {

    /** In characters; a DNS name has at most 253. */
    public static final int MAX_LENGTH = 255;

    private static final int SHOWN = 80;
    private static final Pattern ALMOST_AN_ID = Pattern.compile("[0-9a-fA-F]{30,50}");

    /** The ways to name a machine. */
    public enum Kind {
        /** 40 hexadecimal digits. */
        ID("machine ID"),
        /** A name with a dot. */
        FULL_NAME("DNS name"),
        /** A name without a dot: the first label of a DNS name, or all that the sensor reported. */
        SHORT_NAME("host name"),
        /** An IPv4 or IPv6 address; never looked up in the DNS. */
        ADDRESS("IP address");

        private final String description;

        Kind(String description) {
            this.description = description;
        }
    }

    /** @throws IllegalArgumentException if this cannot be what a machine is called, with a message that says why */
    public MachineName(@CheckForNull String value) {
        String name = value == null ? "" : value.strip();
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                    "The machine is empty. Give a machine ID, a DNS name, a host name or an IP address.");
        }
        int length = name.codePointCount(0, name.length());
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException("The machine \"" + SingleLine.of(name, SHOWN) + "\" has " + length
                    + " characters. Shorten it to at most " + MAX_LENGTH + ".");
        }
        if (SingleLine.hasControlCharacter(name)) {
            throw new IllegalArgumentException("The machine \"" + SingleLine.of(name, SHOWN)
                    + "\" contains a control character, such as a line break. Remove it.");
        }
        this.value = name;
    }

    /** What it looks like; whether there is such a machine is another question. */
    public Kind kind() {
        if (MachineId.isMachineId(value)) {
            return Kind.ID;
        }
        if (IpAddress.canonical(value) != null) {
            return Kind.ADDRESS;
        }
        return value.indexOf('.') < 0 ? Kind.SHORT_NAME : Kind.FULL_NAME;
    }

    /** Whether it looks like a machine ID of which digits are missing, or that has too many. */
    public boolean isAlmostAnId() {
        return kind() != Kind.ID && ALMOST_AN_ID.matcher(value).matches();
    }

    /** For a message: {@code host name "build-07"}. */
    public String describe() {
        return kind().description + " \"" + SingleLine.of(value, SHOWN) + "\"";
    }

    @Override
    public String toString() {
        return value;
    }
}
