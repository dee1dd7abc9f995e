package io.jenkins.plugins.defendertags.client.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.MachineName.Kind;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineNameTest {

    @ParameterizedTest
    @CsvSource({
        "1e5bc9d7e413ddd7902c2932e418702b84d0cc07,ID",
        "1E5BC9D7E413DDD7902C2932E418702B84D0CC07,ID",
        "1e5bc9d7e413ddd7902c2932e418702b84d0cc0,SHORT_NAME",
        "build-07.example.com,FULL_NAME",
        "build_07.example.com,FULL_NAME",
        "_build.example.com,FULL_NAME",
        "10.0.0.5.example.com,FULL_NAME",
        "web.01,FULL_NAME",
        "build-07,SHORT_NAME",
        "BUILD_07,SHORT_NAME",
        "-build-,SHORT_NAME",
        "167772165,SHORT_NAME",
        "标签,SHORT_NAME",
        "büro-07,SHORT_NAME",
        "10.0.0.5,ADDRESS",
        "fe80::1,ADDRESS",
        "::ffff:10.0.0.5,ADDRESS",
    })
    void kindFollowsFromTheForm(String name, Kind kind) {
        assertEquals(kind, new MachineName(name).kind());
    }

    @ParameterizedTest
    @ValueSource(strings = {" build-07", "build-07\n", "\tbuild-07 ", "\u2003build-07"})
    void whiteSpaceAroundTheNameIsIgnored(String name) {
        assertEquals("build-07", new MachineName(name).value());
    }

    @ParameterizedTest
    @CsvSource({
        "build-07.example.com.,build-07.example.com",
        "build-07.,build-07",
        "10.0.0.5.,10.0.0.5",
        "' build-07.example.com. ',build-07.example.com"
    })
    void finalDotIsIgnored(String name, String value) {
        assertEquals(new MachineName(value), new MachineName(name));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "\t\r\n"})
    void emptyNameIsRefused(String name) {
        assertRefused(name, "The machine is empty. Give a machine ID, a DNS name, a host name or an IP address.");
    }

    @Test
    void lengthIsLimited() {
        String label = "x".repeat(49) + ".";
        String longest = label.repeat(5) + "x".repeat(5);
        assertEquals(255, new MachineName(longest).value().length());
        assertRefused(longest + "xx", "has 257 characters. A machine's name has at most 255.");
        assertEquals(64, new MachineName("x".repeat(64)).value().length());
        assertRefused("x".repeat(65) + ".example.com", "has a part of 65 characters between its dots");
        String letter = "\uD801\uDC00"; // one character of two chars
        assertEquals(128, new MachineName(letter.repeat(64)).value().length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000", "\u001B[31mred", "a\u2028b", "\uD800"})
    void controlCharacterIsRefused(String name) {
        assertRefused(name, "contains a control character, such as a line break");
    }

    static Stream<Arguments> namesWithImpossibleCharacters() {
        return Stream.of(
                Arguments.of("a/b", "contains \"/\""),
                Arguments.of("../..", "contains \"/\""),
                Arguments.of("C:\\build", "contains \":\""),
                Arguments.of("build\\07", "contains \"\\\""),
                Arguments.of("build 07", "contains a space. Give several machines as a list."),
                Arguments.of("build-07, build-08", "contains \",\". Give several machines as a list."),
                Arguments.of("build-07;build-08", "contains \";\". Give several machines as a list."),
                Arguments.of("https://build-07.example.com", "contains \":\". Give the host name without the URL"),
                Arguments.of("build-07:22", "contains \":\""),
                Arguments.of("10.0.0.5:22", "contains \":\""),
                Arguments.of("10.0.0.0/24", "contains \"/\""),
                Arguments.of("[::1]", "contains \"[\". Give an IPv6 address without brackets, port or zone"),
                Arguments.of("fe80::1%eth0", "contains \":\". Give an IPv6 address without brackets, port or zone"),
                Arguments.of("1::2::3", "contains \":\""),
                Arguments.of("user@build-07", "contains \"@\""),
                Arguments.of("build-*", "contains \"*\""),
                Arguments.of("${AGENT}", "contains \"$\". A variable in it may not have been replaced."),
                Arguments.of("%COMPUTERNAME%", "contains \"%\". A variable in it may not have been replaced."),
                Arguments.of("O'Brien", "contains \"'\""),
                Arguments.of("\"build-07\"", "contains \"\"\""),
                Arguments.of("x') or startswith(computerDnsName,'", "contains \"'\""),
                Arguments.of("<script>", "contains \"<\""),
                Arguments.of("\uD83D\uDE00", "contains \"\uD83D\uDE00\""),
                Arguments.of("build\u200B07", "contains the invisible character U+200B"),
                Arguments.of("build-07\u3002example", "contains \"\u3002\""),
                Arguments.of(".", "has an empty part between its dots"),
                Arguments.of("..", "has an empty part between its dots"),
                Arguments.of(".build-07", "has an empty part between its dots"),
                Arguments.of("build-07..example.com", "has an empty part between its dots"),
                Arguments.of("build-07..", "has an empty part between its dots"),
                Arguments.of("---", "has no letter or digit"),
                Arguments.of("10.0.0.256", "is not an IP address"),
                Arguments.of("10.0.0.05", "is not an IP address"),
                Arguments.of("10.0.0", "is not an IP address"));
    }

    @ParameterizedTest
    @MethodSource("namesWithImpossibleCharacters")
    void whatCannotBeANameIsRefused(String name, String why) {
        assertRefused(name, why);
    }

    private static void assertRefused(String name, String why) {
        String message = assertThrows(IllegalArgumentException.class, () -> new MachineName(name))
                .getMessage();
        assertTrue(message.contains(why), message);
        assertTrue(message.startsWith("The machine "), message);
        assertEquals(SingleLine.of(message, 500), message, "one line without tricks");
    }
}
