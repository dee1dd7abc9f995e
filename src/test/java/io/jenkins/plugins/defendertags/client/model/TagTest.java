package io.jenkins.plugins.defendertags.client.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "build-agent", " inner space ", "标签", "<script>", "a,b (c)"})
    void valueIsKeptAsGiven(String value) {
        assertEquals(value, new Tag(value).value());
    }

    @Test
    void lengthIsLimitedTo200Characters() {
        assertEquals(200, new Tag("x".repeat(200)).value().length());
        assertEquals(400, new Tag("\uD83D\uDE00".repeat(200)).value().length(), "a character may be two chars");
        assertRefused("x".repeat(201), "has 201 characters. Shorten it to at most 200.");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "\t", "\u2003"})
    void blankValueIsRefused(String value) {
        assertRefused(value, "The tag is empty. Give a value of 1 to 200 characters.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000", "\u001B[31mred", "a\u2028b", "\uD800"})
    void controlCharacterIsRefused(String value) {
        assertRefused(value, "contains a control character, such as a line break");
    }

    private static void assertRefused(String value, String why) {
        String message = assertThrows(IllegalArgumentException.class, () -> new Tag(value))
                .getMessage();
        assertTrue(message.contains(why), message);
        assertEquals(SingleLine.of(message, 500), message, "one line without tricks");
    }
}
