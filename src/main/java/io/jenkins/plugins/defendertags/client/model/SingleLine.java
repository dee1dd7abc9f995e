package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.Set;

/** Sanitizes text of unknown origin for one line of a log or an error message. */
public final class SingleLine {

    private static final Set<Integer> CONTROL =
            Set.of((int) Character.CONTROL, (int) Character.LINE_SEPARATOR, (int) Character.PARAGRAPH_SEPARATOR, (int)
                    Character.SURROGATE);

    private SingleLine() {}

    /**
     * Replaces control characters, line breaks and invisible formatting (such as bidirectional overrides, which can disguise a
     * line) by spaces, collapses white space, and truncates to {@code limit} characters.
     */
    public static String of(@CheckForNull String text, int limit) {
        if (text == null) {
            return "";
        }
        // Truncate first: a hostile text can be megabytes long.
        String start = text.length() > limit * 4 ? text.substring(0, limit * 4) : text;
        String line =
                start.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029\\s]+", " ").strip();
        return line.length() > limit ? line.substring(0, limit - 1) + "…" : line;
    }

    /** Returns whether the text contains a control character, such as a line break, which no name or tag may contain. */
    static boolean hasControlCharacter(String text) {
        return text.codePoints().map(Character::getType).anyMatch(CONTROL::contains);
    }
}
