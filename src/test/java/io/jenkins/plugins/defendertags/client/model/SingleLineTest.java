package io.jenkins.plugins.defendertags.client.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SingleLineTest {

    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of(null, ""),
                Arguments.of("plain", "plain"),
                Arguments.of("a\r\n\u001Bb", "a b"),
                Arguments.of("a\u202Eb", "a b"),
                Arguments.of("a\u2028b\u2029c", "a b c"),
                Arguments.of("  a \t b  ", "a b"),
                Arguments.of("x".repeat(11), "x".repeat(9) + "…"),
                Arguments.of("x".repeat(1_000_000), "x".repeat(9) + "…"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void textBecomesOneLineOfAtMostTenCharacters(String text, String line) {
        assertEquals(line, SingleLine.of(text, 10));
    }
}
