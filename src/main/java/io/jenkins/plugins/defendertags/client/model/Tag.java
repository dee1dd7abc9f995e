package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.Serializable;

/**
 * A device tag: 1 to {@value #MAX_LENGTH} characters, not blank, no control characters.
 *
 * @param value the tag exactly as given, since Defender does not trim tags either
 */
public record Tag(String value) implements Serializable {

    /** In characters. Microsoft documents this limit for the registry tag, and none for the API. */
    public static final int MAX_LENGTH = 200;

    private static final int SHOWN = 40;

    /** @throws IllegalArgumentException if the tag cannot be sent, with a message that says why */
    public Tag(@CheckForNull String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("The tag is empty. Give a value of 1 to " + MAX_LENGTH + " characters.");
        }
        if (value.codePointCount(0, value.length()) > MAX_LENGTH) {
            throw new IllegalArgumentException("The tag \"" + SingleLine.of(value, SHOWN) + "\" has "
                    + value.codePointCount(0, value.length()) + " characters. Shorten it to at most " + MAX_LENGTH
                    + ".");
        }
        if (SingleLine.hasControlCharacter(value)) {
            throw new IllegalArgumentException("The tag \"" + SingleLine.of(value, SHOWN)
                    + "\" contains a control character, such as a line break. Remove it.");
        }
        this.value = value;
    }

    @Override
    public String toString() {
        return value;
    }
}
