package io.jenkins.plugins.defendertags.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Patterns as for file names: {@code *} stands for any text, {@code ?} for one character, everything else for itself, in
 * upper or lower case. Not regular expressions, of which some take for ever. Immutable.
 */
final class GlobPatterns {

    /** In characters; neither a tag nor a credential ID that is meant by hand is longer. */
    static final int MAX_LENGTH = 200;

    /** What nobody sees, and what therefore makes a pattern look like one that it is not. */
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]");

    private final List<String> patterns;

    private GlobPatterns(List<String> patterns) {
        this.patterns = patterns;
    }

    /**
     * @param lines one pattern a line; empty lines and white space around a pattern mean nothing
     * @throws IllegalArgumentException if a pattern can fit nothing, with a message that says which and why
     */
    static GlobPatterns parse(String lines) {
        List<String> patterns =
                lines.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        for (String pattern : patterns) {
            int length = pattern.codePointCount(0, pattern.length());
            if (length > MAX_LENGTH) {
                throw new IllegalArgumentException("The pattern \"" + SingleLine.of(pattern, 40) + "\" has " + length
                        + " characters. Shorten it to at most " + MAX_LENGTH + ".");
            }
            if (INVISIBLE.matcher(pattern).find()) {
                throw new IllegalArgumentException("The pattern \"" + SingleLine.of(pattern, 40)
                        + "\" contains an invisible character. Type it anew, with ? for any one character.");
            }
        }
        return new GlobPatterns(patterns);
    }

    boolean isEmpty() {
        return patterns.isEmpty();
    }

    /** The first pattern that fits the whole text, or null if none does. */
    @CheckForNull
    String match(String text) {
        int[] folded = fold(text);
        return patterns.stream()
                .filter(pattern -> fits(fold(pattern), folded))
                .findFirst()
                .orElse(null);
    }

    /** So that characters that differ in case only are the same. */
    private static int[] fold(String text) {
        return text.codePoints()
                .map(Character::toUpperCase)
                .map(Character::toLowerCase)
                .toArray();
    }

    /** Goes back to the last star only, so that it takes at most as many steps as both lengths multiplied. */
    private static boolean fits(int[] pattern, int[] text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int skippedTo = 0;
        while (t < text.length) {
            if (p < pattern.length && pattern[p] == '*') {
                star = p++;
                skippedTo = t;
            } else if (p < pattern.length && (pattern[p] == '?' || pattern[p] == text[t])) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++skippedTo;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }
}
