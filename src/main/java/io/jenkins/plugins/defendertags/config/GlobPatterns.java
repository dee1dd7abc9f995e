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

    /** What patterns are about, and so how they are read. */
    enum Subject {
        /** A tag: case does not matter, and there are no folders. */
        TAG,
        /** The ID of a credential: case matters, and there are no folders. */
        CREDENTIAL,
        /** The full name of a job: case matters, and a slash separates folders. */
        JOB;

        /** The characters of a text, ready to be compared. For tags, those that differ in case only become the same. */
        int[] fold(String text) {
            return this == TAG
                    ? text.codePoints()
                            .map(Character::toUpperCase)
                            .map(Character::toLowerCase)
                            .toArray()
                    : text.codePoints()
                            .map(point -> point == '\uFFFF' ? GlobPattern.ACROSS : point)
                            .toArray();
        }
    }

    private final Subject subject;
    private final List<String> patterns;
    private final List<GlobPattern> parsed;

    private GlobPatterns(Subject subject, List<String> patterns) {
        this.subject = subject;
        this.patterns = patterns;
        parsed = patterns.stream()
                .map(pattern -> new GlobPattern(compile(subject, pattern), subject == Subject.JOB))
                .toList();
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
        int index = indexOf(subject.fold(text));
        return index < 0 ? null : patterns.get(index);
    }

    /** Whether one of the patterns fits the whole text, which the subject's {@link Subject#fold} has prepared. */
    boolean fit(int[] folded) {
        return indexOf(folded) >= 0;
    }

    private int indexOf(int[] folded) {
        for (int i = 0; i < parsed.size(); i++) {
            if (parsed.get(i).fits(folded)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether one of the patterns fits everything. */
    boolean fitsAll() {
        return patterns.contains("**") || subject != Subject.JOB && patterns.contains("*");
    }

    private static int[] compile(Subject subject, String pattern) {
        return subject.fold(subject == Subject.JOB ? pattern.replaceAll("\\*{2,}", "\uFFFF") : pattern);
    }
}
