package io.jenkins.plugins.defendertags.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ClientSecret;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.TagQueues;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostComparisonTest {

    private static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";

    private static final String RECORD = """
            {"id":"%s","computerDnsName":"build-07.example.com","lastIpAddress":"10.0.0.5",
             "ipAddresses":[{"ipAddress":"10.0.0.5"},{"ipAddress":"2001:db8::7"},{"ipAddress":null},"10.9.9.9"]}
            """.formatted(ID);

    @Test
    void sameNameOrAnAddressInCommon() throws Exception {
        Machine machine = machine(RECORD);
        assertMatch(machine, "build-07.example.com");
        assertMatch(machine, "BUILD-07");
        assertMatch(machine, "Build-07.other.domain");
        assertMatch(machine, "other", "192.168.0.1", "10.0.0.5");
        assertMatch(machine, "other", "2001:DB8:0::7");
        assertMatch(machine, null, "10.9.9.9");
    }

    @Test
    void anythingElseIsAProblem() throws Exception {
        Machine machine = machine(RECORD);
        assertEquals(
                "The agent build-07 says it is the Defender machine build-07.example.com (1e5b…cc07), but its host is"
                        + " called build-071 and has none of that machine's addresses. Check the agent's Defender"
                        + " sensor, or set the agent's Defender machine in its configuration.",
                problem(machine, "build-071", "10.0.0.50"));
        assertNotNull(problem(machine, null));
        assertNotNull(problem(machine, "build"));
        assertNotNull(problem(machine("{}"), "build-07", "10.0.0.5"));
        assertNotNull(problem(machine("{\"computerDnsName\":\"\",\"lastIpAddress\":\"\",\"ipAddresses\":5}"), "b"));
    }

    private static void assertMatch(Machine machine, String name, String... addresses) {
        assertNull(problem(machine, name, addresses));
    }

    /** As an agent would tell it. */
    private static String problem(Machine machine, String name, String... addresses) {
        String answer = "name " + name + "\n"
                + String.join(
                        "\n",
                        Set.of(addresses).stream()
                                .map(address -> "address " + address)
                                .toList());
        return HostComparison.problem(
                "build-07", machine, AgentHost.parse(name == null ? answer.substring(9) : answer));
    }

    private static Machine machine(String json) throws Exception {
        try (DefenderSimulator simulator = new DefenderSimulator();
                TagQueues queues =
                        new TagQueues(() -> Timeouts.DEFAULT, ProxyServer.Chooser.NONE, () -> QueueSettings.DEFAULT)) {
            simulator.failNextApiCalls(Fault.answer(200, "application/json", json));
            Cloud cloud =
                    Cloud.of("simulated", "Simulated", simulator.url(), simulator.authority(), simulator.scope(), null);
            AppRegistration registration = new AppRegistration(
                    cloud,
                    DefenderSimulator.TENANT,
                    DefenderSimulator.CLIENT,
                    new ClientSecret(DefenderSimulator.SECRET));
            return queues.queue(registration)
                    .getMachine(registration, new MachineId(ID))
                    .get();
        }
    }
}
