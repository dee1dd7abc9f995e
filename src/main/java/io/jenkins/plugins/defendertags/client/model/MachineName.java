package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user calls a machine: its machine ID, full DNS name, short host name or IP address. A name consists of letters,
 * digits, hyphens, underscores (which sensors report, though the DNS does not allow them in host names) and dots. Anything
 * else is a typing error and would only cost calls.
 *
 * @param value without white space around it, and without the final dot of an absolute DNS name
 */
public record MachineName(String value) implements Serializable {

    /** In characters. A DNS name has at most 253. */
    public static final int MAX_LENGTH = 255;

    /** The DNS allows 63, Linux 64. */
    private static final int MAX_LABEL = 64;

    private static final int SHOWN = 80;
    private static final String FORMS = "Give a machine ID, a DNS name, a host name or an IP address.";
    private static final Pattern IMPOSSIBLE = Pattern.compile("[^\\p{L}\\p{M}\\p{N}._-]");
    private static final Pattern ALMOST_AN_ID = Pattern.compile("[0-9a-fA-F]{30,50}");

    /** The ways to name a machine. */
    public enum Kind {
        /** 40 hexadecimal digits. */
        ID("machine ID"),
        /** A name with a dot. */
        FULL_NAME("DNS name"),
        /** A name without a dot: the first label of a DNS name, or the whole name that the sensor reported. */
        SHORT_NAME("host name"),
        /** An IPv4 or IPv6 address. */
        ADDRESS("IP address");

        private final String description;

        Kind(String description) {
            this.description = description;
        }
    }

    /** @throws IllegalArgumentException if no machine can have this name, with a message that says why */
    public MachineName(@CheckForNull String value) {
        String name = value == null ? "" : value.strip();
        if (name.isEmpty()) {
            throw new IllegalArgumentException("The machine is empty. " + FORMS);
        }
        String relative = name.length() > 1 && name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (IpAddress.canonicalize(relative) == null) {
            check(relative);
        }
        this.value = relative;
    }

    private static void check(String name) {
        int length = name.codePointCount(0, name.length());
        if (length > MAX_LENGTH) {
            throw refuse(name, "has " + length + " characters. A machine's name has at most " + MAX_LENGTH + ".");
        }
        if (SingleLine.hasControlCharacter(name)) {
            throw refuse(name, "contains a control character, such as a line break. Remove it.");
        }
        Matcher impossible = IMPOSSIBLE.matcher(name);
        if (impossible.find()) {
            throw refuse(name, "contains " + show(impossible.group()) + ". " + advise(name));
        }
        for (String label : name.split("\\.", -1)) {
            int size = label.codePointCount(0, label.length());
            if (size == 0) {
                throw refuse(name, "has an empty part between its dots. Check the spelling.");
            }
            if (size > MAX_LABEL) {
                throw refuse(
                        name,
                        "has a part of " + size + " characters between its dots. The limit is " + MAX_LABEL + ".");
            }
        }
        if (name.codePoints().noneMatch(Character::isLetterOrDigit)) {
            throw refuse(name, "has no letter or digit. " + FORMS);
        }
        if (name.matches("[0-9]+(\\.[0-9]+)+")) {
            throw refuse(
                    name, "is not an IP address. An IPv4 address has four numbers up to 255, without leading zeros.");
        }
    }

    private static IllegalArgumentException refuse(String name, String why) {
        return new IllegalArgumentException("The machine \"" + SingleLine.of(name, SHOWN) + "\" " + why);
    }

    private static String show(String character) {
        if (character.isBlank()) {
            return "a space";
        }
        return SingleLine.of(character, 2).isEmpty()
                ? String.format("the invisible character U+%04X", character.codePointAt(0))
                : "\"" + character + "\"";
    }

    /** Guesses what was meant. */
    private static String advise(String name) {
        if (name.contains("://")) {
            return "Give the host name without the URL around it.";
        }
        if (name.matches("(?s).*[\\s,;].*")) {
            return "Give several machines as a list.";
        }
        if (name.matches("(?s).*[$%].*") && !name.contains(":")) {
            return "A variable in it may not have been replaced.";
        }
        return name.matches("(?s).*(::|[\\[\\]]).*") ? "Give an IPv6 address without brackets, port or zone." : FORMS;
    }

    /** Returns which form the name has; whether there is such a machine is another question. */
    public Kind kind() {
        if (MachineId.isMachineId(value)) {
            return Kind.ID;
        }
        if (IpAddress.canonicalize(value) != null) {
            return Kind.ADDRESS;
        }
        return value.indexOf('.') < 0 ? Kind.SHORT_NAME : Kind.FULL_NAME;
    }

    /** Returns whether this looks like a machine ID with too few or too many digits. */
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
