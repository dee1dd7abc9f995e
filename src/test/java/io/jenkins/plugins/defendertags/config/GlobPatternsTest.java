package io.jenkins.plugins.defendertags.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.config.GlobPatterns.Subject;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobPatternsTest {

    @ParameterizedTest
    @CsvSource({
        "MDE-Management,mde-MANAGEMENT",
        "MDE-*,MDE-",
        "*-agent,build-agent",
        "b*-*t,build-agent",
        "build-??,build-07",
        "?,🙂",
        "*,''",
        "**,x",
        "a.c,a.c",
        "[x],[x]",
        "münchen,MÜNCHEN"
    })
    void fits(String pattern, String text) {
        assertEquals(pattern, GlobPatterns.parse(Subject.TAG, pattern).match(text));
    }

    @ParameterizedTest
    @CsvSource({"MDE-*,xMDE-1", "build-?,build-07", "build-?,build-", "a.c,abc", "[x],x", "build,build-agent", "x,''"})
    void doesNotFit(String pattern, String text) {
        assertNull(GlobPatterns.parse(Subject.TAG, pattern).match(text));
    }

    @ParameterizedTest
    @CsvSource({
        "**,team/app/PR-7",
        "team/*,team/app",
        "team/**,team/app/PR-7",
        "**/PR-*,team/app/PR-7",
        "team/**/main,team/a/b/main",
        "te?m/app,team/app"
    })
    void fitsJob(String pattern, String job) {
        assertEquals(pattern, GlobPatterns.parse(Subject.JOB, pattern).match(job));
    }

    @ParameterizedTest
    @CsvSource({
        "*,team/app",
        "team/*,team/app/PR-7",
        "team/*,Team/app",
        "team?app,team/app",
        "team/**,team",
        "team,team/app",
        "*/PR-7,team/app/PR-7"
    })
    void doesNotFitJob(String pattern, String job) {
        assertNull(GlobPatterns.parse(Subject.JOB, pattern).match(job));
    }

    @Test
    void caseOfCredentialIdsMatters() {
        assertNull(GlobPatterns.parse(Subject.CREDENTIAL, "security-*").match("Security-1"));
        assertEquals(
                "security-*",
                GlobPatterns.parse(Subject.CREDENTIAL, "security-*").match("security-1/2"));
    }

    @Test
    void firstOfSeveralLinesThatFitsIsNamed() {
        GlobPatterns patterns = GlobPatterns.parse(Subject.TAG, "\n  one*  \r\n\n two\n*");
        assertEquals("one*", patterns.match("one more"));
        assertEquals("two", patterns.match("TWO"));
        assertEquals("*", patterns.match("three"));
        assertTrue(GlobPatterns.parse(Subject.TAG, " \n ").isEmpty());
        assertNull(GlobPatterns.parse(Subject.TAG, "").match("x"));
    }

    @Test
    void patternsThatFitNothingAreRefused() {
        assertRefused("x".repeat(201), "has 201 characters. Shorten it to at most 200");
        assertRefused("good\nMDE\u200B-*", "invisible character");
        assertRefused("a\tb", "invisible character");
        assertRefused("\u202Eabc", "invisible character");
    }

    private static void assertRefused(String lines, String message) {
        String text = assertThrows(IllegalArgumentException.class, () -> GlobPatterns.parse(Subject.TAG, lines))
                .getMessage();
        assertTrue(text.contains(message), text);
        assertTrue(text.startsWith("The pattern \""), text);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.SECONDS)
    void noPatternTakesLong() {
        GlobPatterns patterns = GlobPatterns.parse(Subject.TAG, ("*a".repeat(99) + "b\n").repeat(100));
        assertNull(patterns.match("a".repeat(10_000)));
    }

    @Property
    void agreesWithTheRegularExpressionForJobs(
            @ForAll @Chars({'*', '?', '/'}) @CharRange(from = 'a', to = 'b') @StringLength(max = 8) String pattern,
            @ForAll @Chars('/') @CharRange(from = 'a', to = 'b') @StringLength(max = 8) String text) {
        String expression = pattern.replaceAll("\\*{2,}", "@")
                .replace("*", "[^/]*")
                .replace("?", "[^/]")
                .replace("@", ".*");
        boolean expected = !pattern.isEmpty() && Pattern.matches(expression, text);
        assertEquals(
                expected ? pattern : null,
                GlobPatterns.parse(Subject.JOB, pattern).match(text));
    }

    @Property
    void agreesWithTheRegularExpressionThatMeansTheSame(
            @ForAll @Chars({'*', '?'}) @CharRange(from = 'a', to = 'b') @StringLength(max = 8) String pattern,
            @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 8) String text) {
        boolean expected =
                !pattern.isEmpty() && Pattern.matches(pattern.replace("*", ".*").replace("?", "."), text);
        assertEquals(
                expected ? pattern : null,
                GlobPatterns.parse(Subject.TAG, pattern).match(text));
    }
}
