package io.jenkins.plugins.defendertags.client.api;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static io.jenkins.plugins.defendertags.client.Simulated.registration;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefenderClientTest extends ClientTests {

    @Test
    void addsAndRemovesTags() throws Exception {
        Machine machine = client.addOrRemoveTag(registration(simulator), change("Add", "build-agent"));
        assertEquals(List.of("linux", "build-agent"), machine.tags());
        assertEquals("build-07.example.com (1e5b…cc07)", machine.toString());
        assertEquals(List.of("linux", "build-agent"), simulator.tagsOf(ID));

        assertEquals(
                List.of("build-agent"),
                client.addOrRemoveTag(registration(simulator), change("Remove", "linux"))
                        .tags());
    }

    @Test
    void machineIsAPlainMapWithTheApisNames() throws Exception {
        Map<String, Object> map = addTag().toMap();
        assertEquals(ID, map.get("id"));
        assertEquals("build-07.example.com", map.get("computerDnsName"));
        assertEquals(List.of("linux", "x"), map.get("machineTags"));
        assertEquals(18209, map.get("osBuild"));
        assertEquals(false, map.get("isExcluded"));
        assertFalse(map.containsKey("@odata.context"), map.toString());
        assertFalse(map.containsKey("aadDeviceId"), "a null is left out");
        map.put("mine", true); // a script may change its copy
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"id\":null,\"machineTags\":null}",
                "{\"id\":42,\"machineTags\":\"x\",\"new\":{\"a\":[1,2]}}",
                "{\"id\":\"../../x\"}"
            })
    void answerWithoutIdStandsForTheMachineAskedFor(String json) throws Exception {
        simulator.failNextApiCalls(Fault.answer(200, "application/json", json));
        Machine machine = addTag();
        assertEquals(ID, machine.id().value());
        assertEquals(ID, machine.toMap().get("id"));
        assertEquals(List.of(), machine.tags());
    }

    @Test
    void readsAMachine() throws Exception {
        Machine machine = client.getMachine(registration(simulator), Simulated.MACHINE);
        assertEquals(Simulated.MACHINE, machine.id());
        assertEquals(List.of("linux"), machine.tags());
        assertEquals(Instant.parse("2026-11-20T08:10:59.1234567Z"), machine.lastSeen());
        assertTrue(simulator.requests().contains("GET /api/machines/" + ID), "as documented");
    }

    @Test
    void redirectIsNotFollowed() {
        simulator.failNextApiCalls(exchange -> {
            exchange.getResponseHeaders().set("Location", simulator.url() + "/elsewhere");
            exchange.sendResponseHeaders(307, -1);
        });
        assertEquals(Kind.NOT_UNDERSTOOD, fails().kind());
        assertFalse(simulator.requests().contains("POST /elsewhere"), "a token must not go where an answer says");
    }
}
