package io.jenkins.plugins.defendertags.client.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagActionTest {

    @ParameterizedTest
    @ValueSource(strings = {"Remove", "remove", "REMOVE", " remove "})
    void nameIsReadInAnyCase(String name) {
        assertEquals(TagAction.REMOVE, TagAction.parse(name));
        assertEquals("Remove", TagAction.parse(name).wireName(), "Defender's values are case-sensitive");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Replace", "Add Remove", "Set", "A\ndd"})
    void otherNameIsRefused(String name) {
        String message = assertThrows(IllegalArgumentException.class, () -> TagAction.parse(name))
                .getMessage();
        assertEquals(
                "The action \"" + SingleLine.of(name, 40) + "\" does not exist. Use \"Add\" or \"Remove\".", message);
    }
}
