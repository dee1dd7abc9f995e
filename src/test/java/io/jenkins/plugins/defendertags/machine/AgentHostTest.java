package io.jenkins.plugins.defendertags.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentHostTest {

    @Test
    void nameAndAddresses() {
        AgentHost host = AgentHost.parse(
                "name build-07.example.com\naddress 10.0.0.5\naddress 2001:DB8::5%eth0\naddress 10.0.0.5\n");
        assertEquals("build-07.example.com", host.name());
        assertEquals(Set.of("10.0.0.5", "2001:db8::5"), host.addresses());
    }

    @ParameterizedTest
    @ValueSource(strings = {"WIN_BUILD-7", "a", "7", "a.b.c", "_x"})
    void nameIsFine(String name) {
        assertEquals(name, AgentHost.parse("name " + name).name());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "junk",
                "name",
                "name ",
                "name a b",
                "name -a",
                "name a..b",
                "name a/../b",
                "name a' or 'x' eq 'x",
                "name localhost",
                "name LOCALHOST.localdomain",
                "name 10.0.0.5",
                "name 1e5bc9d7e413ddd7902c2932e418702b84d0cc07",
                "address name",
                "address 999.1.1.1",
                "address example.com",
                "address :",
                "address 1:2"
            })
    void anythingElseIsLeftOut(String answer) {
        AgentHost host = AgentHost.parse(answer);
        assertNull(host.name());
        assertEquals(Set.of(), host.addresses());
    }

    @Test
    void hugeAnswersAreCut() {
        assertNull(AgentHost.parse("name " + "a".repeat(256)).name());
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            many.append("address 10.0.")
                    .append(i / 256)
                    .append('.')
                    .append(i % 256)
                    .append('\n');
        }
        assertEquals(201, AgentHost.parse(many.toString()).addresses().size());
        assertNull(AgentHost.parse("name " + "a-".repeat(10_000_000)).name(), "at once");
    }
}
