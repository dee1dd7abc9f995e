package io.jenkins.plugins.defendertags.client.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineIdTest {

    private static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";

    @Test
    void valueIsInLowerCase() {
        assertEquals(ID, new MachineId(ID.toUpperCase()).value());
        assertEquals("1e5b…cc07", new MachineId(ID).abbreviated());
    }

    /** A machine ID becomes part of a URL's path, so nothing else may pass for one. */
    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "1e5bc9d7e413ddd7902c2932e418702b84d0cc0",
                "1e5bc9d7e413ddd7902c2932e418702b84d0cc077",
                "1e5bc9d7e413ddd7902c2932e418702b84d0cc/7",
                "../../../../../../../../../../../../tags",
                "1e5bc9d7e413ddd7902c2932e418702b84d0cc0g",
                "1e5bc9d7e413ddd7902c2932e418702b84d0cc07\n"
            })
    void otherTextIsRefused(String text) {
        assertFalse(MachineId.isMachineId(text));
        String message = assertThrows(IllegalArgumentException.class, () -> new MachineId(text))
                .getMessage();
        assertEquals(
                "\"" + SingleLine.of(text, 60) + "\" is not a Defender machine ID. A machine ID has 40 hexadecimal"
                        + " digits; the device's page in the Defender portal shows it.",
                message);
    }
}
