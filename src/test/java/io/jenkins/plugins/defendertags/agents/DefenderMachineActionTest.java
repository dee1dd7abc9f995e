package io.jenkins.plugins.defendertags.agents;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Computer;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.machine.DefenderMachineProperty;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

@WithDefender
class DefenderMachineActionTest {

    private static final String HOSTILE = "<script>alert('tag')</script>";

    @TempDir
    Path folder;

    private DumbSlave agent;
    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    DefenderMachineActionTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void setUp() throws Exception {
        agent = SimulatedDefender.agent(r, folder);
    }

    @Test
    void pageShowsWhatDefenderKnows() throws Exception {
        simulator.addMachine(AGENT_ID, "build-07.example.com", "linux", HOSTILE);
        assertEquals(0, simulator.requests().size(), "nothing is asked before somebody looks");
        try (JenkinsRule.WebClient client = r.createWebClient()) {
            client.goTo("computer/");
            HtmlPage status = client.goTo("computer/agent/");
            assertEquals(0, simulator.requests().size(), "nor for lists and the agent's own page");
            HtmlPage page = status.getAnchorByText("Microsoft Defender").click();
            String text = page.getBody().asNormalizedText();
            assertTrue(text.contains(AGENT_ID), text);
            assertTrue(text.contains("the agent's Defender sensor says so"), text);
            assertTrue(text.contains("build-07.example.com"), text);
            assertTrue(text.contains("linux"), text);
            assertTrue(text.contains(HOSTILE), "shown as text, not run: " + text);
            assertTrue(text.contains("Active"), text);
            assertTrue(text.contains("Low"), text);
            assertEquals(
                    "https://portal.example.com/machines/" + AGENT_ID,
                    page.getAnchorByText("Show it in the Defender portal").getHrefAttribute());
            assertTrue(text.contains("Build History"), "with the agent's side panel: " + text);
        }
    }

    @Test
    void whatIsSetOutranksTheSensor() throws Exception {
        String other = "c".repeat(40);
        simulator.addMachine(other, "other.example.com");
        agent.getNodeProperties().add(new DefenderMachineProperty(other));
        String text = page("agent");
        assertTrue(text.contains("it is set in the agent's configuration"), text);
        assertTrue(text.contains("other.example.com"), text);
        assertFalse(text.contains(AGENT_ID), text);

        agent.getNodeProperties().clear();
        agent.getNodeProperties().add(new DefenderMachineProperty("nobody-07"));
        text = page("agent");
        assertTrue(text.contains("nobody-07"), text);
        assertTrue(text.contains("No machine in Defender has the host name \"nobody-07\""), text);

        agent.getNodeProperties().clear();
        agent.getNodeProperties().add(new DefenderMachineProperty("OTHER"));
        assertTrue(page("agent").contains("other.example.com"), "found by its name");
    }

    @Test
    void problemsAreOneLine() throws Exception {
        simulator.failNextTagCalls(Fault.defenderError(403, "Forbidden", "<b>Busy</b>"));
        String text = page("agent");
        assertTrue(text.contains("Defender answered HTTP 403: <b>Busy</b>."), text);
        assertTrue(text.contains(AGENT_ID), "still shown: " + text);

        DefenderConfiguration.get().setDefaultCredentialsId("deleted");
        assertTrue(page("agent").contains("Jenkins has no Entra app registration with the credential ID \"deleted\""));
        DefenderConfiguration.get().setDefaultCredentialsId("");
        assertTrue(page("agent").contains("No default app registration is chosen"));

        SimulatedMdatp.installScript(folder.resolve("mdatp-folder"), "echo 'daemon is down'; exit 1");
        text = page("agent");
        assertTrue(text.contains("mdatp health ended with 1: daemon is down"), text);
        assertTrue(page("(built-in)").contains("could not tell its Defender machine ID"));
        agent.toComputer().disconnect(null).get();
        assertTrue(page("agent").contains("The agent agent is offline"));
    }

    @Test
    void pageWaitsForTheRequestTimeoutAtMost() throws Exception {
        DefenderConfiguration.get().setRequestTimeout(3);
        simulator.failNextTagCalls(Fault.silence());
        page("(built-in)"); // the first page of a Jenkins is slow by itself
        long start = System.nanoTime();
        String text = page("agent");
        assertTrue(text.contains("within 3 s"), text);
        assertTrue(text.contains(AGENT_ID), "still shown: " + text);
        assertTrue(System.nanoTime() - start < 15_000_000_000L);

        SimulatedMdatp.installScript(folder.resolve("mdatp-folder"), "sleep 30");
        start = System.nanoTime();
        text = page("agent");
        assertTrue(text.contains("within 3 s"), text);
        assertTrue(System.nanoTime() - start < 15_000_000_000L, "not the 20 s that a build gives the sensor");
    }

    @Test
    void whoSeesWhat() throws Exception {
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("reader", "owner")
                .grant(Computer.CONFIGURE)
                .everywhere()
                .to("owner"));
        try (JenkinsRule.WebClient anonymous = r.createWebClient()) {
            anonymous.assertFails("computer/agent/defender/", 403);
        }
        try (JenkinsRule.WebClient client = r.createWebClient().login("reader")) {
            String text = client.goTo("computer/agent/defender/").getBody().asNormalizedText();
            assertTrue(text.contains(AGENT_ID), text);
            assertTrue(text.contains("to those who may see the agent's configuration"), text);
            assertFalse(text.contains("linux"), text);
            assertEquals(0, simulator.requests().size(), "costs no call to Defender");
        }
        try (JenkinsRule.WebClient client = r.createWebClient().login("owner")) {
            String text = client.goTo("computer/agent/defender/").getBody().asNormalizedText();
            assertTrue(text.contains("linux"), text);
        }
    }

    private String page(String name) throws Exception {
        try (JenkinsRule.WebClient client = r.createWebClient()) {
            return client.goTo("computer/" + name + "/defender/").getBody().asNormalizedText();
        }
    }
}
