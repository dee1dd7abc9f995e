package io.jenkins.plugins.defendertags.client.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

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
    void allSpellingsHaveOneCanonicalForm(String typed, String canonical) {
        assertEquals(canonical, IpAddress.canonicalize(typed));
        assertEquals(canonical, IpAddress.canonicalize(canonical));
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
                "10.0.0.05",
                "0x7f.1",
                "1.2.3.4.",
                "١.٢.٣.٤"
            })
    void otherTextsAreNoAddress(String text) {
        assertNull(IpAddress.canonicalize(text));
    }
}
