package io.jenkins.plugins.defendertags.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Patterns as for file names: {@code *} stands for any text, {@code ?} for one character, everything else for itself. In the
 * full name of a job, {@code *} and {@code ?} stay within one folder, and {@code **} reaches across folders. Not regular
 * expressions, some of which run for ever. Immutable and thread-safe.
 */
final class GlobPatterns {

    /** In characters; neither a tag nor a credential ID that is meant by hand is longer. */
    static final int MAX_LENGTH = 200;

    /** What nobody sees, and what therefore makes a pattern look like one that it is not. */
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]");

    /** Stands for any text across folders. */
    private static final int ACROSS = -1;

    /** What patterns are about, and so how they are read. */
    enum Subject {
        /** A tag: case does not matter, and there are no folders. */
        TAG,
        /** The ID of a credential: case matters, and there are no folders. */
        CREDENTIAL,
        /** The full name of a job: case matters, and a slash separates folders. */
        JOB
    }

    private final Subject subject;
    private final List<String> patterns;
    private final List<int[]> parsed;

    private GlobPatterns(Subject subject, List<String> patterns) {
        this.subject = subject;
        this.patterns = patterns;
        parsed = patterns.stream().map(pattern -> compile(subject, pattern)).toList();
    }

    /**
     * @param lines one pattern a line; empty lines and white space around a pattern mean nothing
     * @throws IllegalArgumentException if a pattern can fit nothing, with a message that says which and why
     */
    static GlobPatterns parse(Subject subject, String lines) {
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
                        + "\" contains an invisible character. Type it again, with ? for any one character.");
            }
        }
        return new GlobPatterns(subject, patterns);
    }

    boolean isEmpty() {
        return patterns.isEmpty();
    }

    /** The first pattern that fits the whole text, or null if none does. */
    @CheckForNull
    String match(String text) {
        int[] folded = fold(subject, text);
        for (int i = 0; i < parsed.size(); i++) {
            if (fits(parsed.get(i), folded)) {
                return patterns.get(i);
            }
        }
        return null;
    }

    /** Whether one of the patterns fits everything. */
    boolean fitsAll() {
        return patterns.contains("**") || subject != Subject.JOB && patterns.contains("*");
    }

    private static int[] compile(Subject subject, String pattern) {
        return fold(subject, subject == Subject.JOB ? pattern.replaceAll("\\*{2,}", "\uFFFF") : pattern);
    }

    /** For tags, characters that differ in case only become the same. */
    private static int[] fold(Subject subject, String text) {
        return subject == Subject.TAG
                ? text.codePoints()
                        .map(Character::toUpperCase)
                        .map(Character::toLowerCase)
                        .toArray()
                : text.codePoints()
                        .map(point -> point == '\uFFFF' ? ACROSS : point)
                        .toArray();
    }

    /** Takes both lengths multiplied in steps, whatever the pattern. */
    private boolean fits(int[] pattern, int[] text) {
        boolean folders = subject == Subject.JOB;
        boolean[] reached = new boolean[text.length + 1];
        reached[0] = true;
        for (int symbol : pattern) {
            boolean star = symbol == '*' || symbol == ACROSS;
            boolean[] next = new boolean[text.length + 1];
            for (int t = 0; t <= text.length; t++) {
                if (star) {
                    boolean mayCross = symbol == ACROSS || !folders;
                    next[t] = reached[t] || t > 0 && next[t - 1] && (mayCross || text[t - 1] != '/');
                } else {
                    next[t] = t > 0
                            && reached[t - 1]
                            && (symbol == text[t - 1] || symbol == '?' && !(folders && text[t - 1] == '/'));
                }
            }
            reached = next;
        }
        return reached[text.length];
    }
}
