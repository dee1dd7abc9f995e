package io.jenkins.plugins.defendertags.client.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.MachineName.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineNameTest {

    @ParameterizedTest
    @CsvSource({
        "1e5bc9d7e413ddd7902c2932e418702b84d0cc07,ID",
        "1E5BC9D7E413DDD7902C2932E418702B84D0CC07,ID",
        "1e5bc9d7e413ddd7902c2932e418702b84d0cc0,SHORT_NAME",
        "build-07.example.com,FULL_NAME",
        "build-07,SHORT_NAME",
        "10.0.0.5,ADDRESS",
        "fe80::1,ADDRESS",
        "10.0.0.256,FULL_NAME",
        "10.0.0.05,FULL_NAME",
        "10.0.0,FULL_NAME",
        "167772165,SHORT_NAME",
        "fe80::1%eth0,SHORT_NAME",
        "http://x/,SHORT_NAME",
        "O''Brien,SHORT_NAME",
        "100%,SHORT_NAME",
        "标签,SHORT_NAME",
    })
    void kind(String name, Kind kind) {
        assertEquals(kind, new MachineName(name).kind());
    }

    @ParameterizedTest
    @ValueSource(strings = {" build-07", "build-07\n", "\tbuild-07 ", "\u2003build-07"})
    void whiteSpaceAroundItIsLeftOut(String name) {
        assertEquals("build-07", new MachineName(name).value());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "\t\r\n"})
    void blankNameIsRefused(String name) {
        assertMessage("The machine is empty. Give a machine ID, a DNS name", name);
    }

    @Test
    void nameMayHave255Characters() {
        assertEquals(255, new MachineName("x".repeat(255)).value().length());
        assertEquals(510, new MachineName("\uD83D\uDE00".repeat(255)).value().length(), "a character may be two chars");
        assertMessage("has 300 characters. Shorten it to at most 255.", "x".repeat(300));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000", "\u001B[31mred", "a\u2028b", "\uD800"})
    void controlCharacterIsRefused(String name) {
        assertMessage("control character", name);
    }

    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:1,::1",
        "::,::",
        "2001:DB8:0:0:8:800:200C:417A,2001:db8::8:800:200c:417a",
        "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1,2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "FE80:0000:0000:0000:0000:0000:0000:0000,fe80::",
        "::ffff:10.0.0.5,10.0.0.5",
        "64:ff9b::10.0.0.5,64:ff9b::a00:5",
        "255.255.255.255,255.255.255.255",
    })
    void oneSpellingOfAnAddress(String typed, String canonical) {
        assertEquals(canonical, IpAddress.canonical(typed));
        assertEquals(canonical, IpAddress.canonical(canonical));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                ":",
                ":::",
                "1::2::3",
                "12345::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "::1.2",
                "::1.2.3.256",
                ".:1",
                "g::1",
                "[::1]",
                "::1%1",
                "localhost",
                "example.com",
                "1.2.3",
                "0x7f.1",
                "1.2.3.4.",
                "١.٢.٣.٤"
            })
    void noAddress(String text) {
        assertNull(IpAddress.canonical(text));
    }

    private static void assertMessage(String part, String name) {
        String message = assertThrows(IllegalArgumentException.class, () -> new MachineName(name))
                .getMessage();
        assertTrue(message.contains(part), message);
        assertEquals(SingleLine.of(message, 500), message, "the message itself is one clean line");
    }
}
