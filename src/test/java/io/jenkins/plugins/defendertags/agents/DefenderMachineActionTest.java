package io.jenkins.plugins.defendertags.agents;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Computer;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.machine.DefenderMachineProperty;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlFormUtil;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

@WithDefender
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the simulated mdatp is a shell script")
class DefenderMachineActionTest {

    private static final String HOSTILE = "<script>alert('tag')</script>";

    @TempDir
    Path folder;

    private DumbSlave agent;
    private Path asked;
    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    DefenderMachineActionTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void setUp() throws Exception {
        agent = SimulatedDefender.agent(r, folder);
        asked = folder.resolve("asked");
        SimulatedMdatp.installScript(
                folder.resolve("mdatp-folder"), "echo asked >> '" + asked + "'; echo '\"" + AGENT_ID + "\"'");
    }

    @Test
    void pageShowsWhatDefenderKnows() throws Exception {
        simulator.addMachine(AGENT_ID, "build-07.example.com", "linux", HOSTILE);
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            client.goTo("computer/");
            HtmlPage page = client.goTo("computer/agent/")
                    .getAnchorByText("Microsoft Defender")
                    .click();
            String before = page.getBody().asNormalizedText();
            assertTrue(before.contains("Not known yet"), before);
            assertFalse(Files.exists(asked), "opening pages runs nothing on the agent");
            assertEquals(0, simulator.requests().size(), "nor does it ask Defender");

            page = look(client, "agent");
            String text = page.getBody().asNormalizedText();
            assertTrue(text.contains(AGENT_ID), text);
            assertTrue(text.contains("the agent's Defender sensor says so"), text);
            assertTrue(text.contains("linux"), text);
            assertTrue(text.contains(HOSTILE), "shown as text, not run: " + text);
            assertTrue(text.contains("Active"), text);
            assertTrue(text.contains("Low"), text);
            assertTrue(text.contains("In Defender, "), text);
            String link = page.getAnchorByHref("https://portal.example.com/machines/" + AGENT_ID)
                    .asNormalizedText();
            assertTrue(link.startsWith("build-07.example.com"), link);
            assertTrue(text.contains("Build History"), "with the agent's side panel: " + text);

            int requests = simulator.requests().size();
            client.goTo("computer/agent/defender/");
            assertEquals(List.of("asked"), Files.readAllLines(asked));
            assertEquals(requests, simulator.requests().size());
        }
        agent.toComputer().disconnect(null).get();
        String text = page("agent");
        assertFalse(text.contains("linux"), "the agent may come back as another machine: " + text);
    }

    @Test
    void whatIsSetOutranksTheSensor() throws Exception {
        String other = "c".repeat(40);
        simulator.addMachine(other, "other.example.com");
        agent.getNodeProperties().add(new DefenderMachineProperty(other));
        assertTrue(page("agent").contains("it is set in the agent's configuration"), "without looking");
        String text = look("agent");
        assertTrue(text.contains("other.example.com"), text);
        assertFalse(text.contains(AGENT_ID), text);

        agent.getNodeProperties().replaceBy(List.of());
        agent.getNodeProperties().add(new DefenderMachineProperty("build-99"));
        text = look("agent");
        assertTrue(text.contains("No machine in Defender has the host name \"build-99\""), text);

        agent.getNodeProperties().replaceBy(List.of());
        agent.getNodeProperties().add(new DefenderMachineProperty("OTHER"));
        assertTrue(look("agent").contains("other.example.com"), "found by its name");
        assertFalse(Files.exists(asked));
    }

    @Test
    void problemsAreOneLine() throws Exception {
        simulator.failNextApiCalls(Fault.defenderError(403, "Forbidden", "<b>Busy</b>"));
        String text = look("agent");
        assertTrue(text.contains("Defender answered HTTP 403: <b>Busy</b>."), text);
        assertTrue(text.contains(AGENT_ID), "still shown: " + text);

        DefenderConfiguration.get().setDefaultCredentialsId("deleted");
        assertTrue(look("agent").contains("Jenkins has no Entra app registration with the credential ID \"deleted\""));
        DefenderConfiguration.get().setDefaultCredentialsId("");
        assertTrue(look("agent").contains("No default app registration is chosen"));

        SimulatedMdatp.installScript(folder.resolve("mdatp-folder"), "echo 'daemon is down'; exit 1");
        text = look("agent");
        assertTrue(text.contains("mdatp health ended with 1: daemon is down"), text);
        assertTrue(look("(built-in)").contains("could not report its Defender machine ID"));
        agent.toComputer().disconnect(null).get();
        assertTrue(look("agent").contains("The agent agent is offline"));
    }

    @Test
    void lookEndsWithTheRequestTimeoutAndIsTakenBack() throws Exception {
        DefenderConfiguration.get().setRequestTimeout(3);
        simulator.failApiCalls(Fault.silence());
        String text = look("agent");
        assertTrue(text.contains("within 3 s"), text);
        assertTrue(text.contains(AGENT_ID), "still shown: " + text);
        int requests = simulator.requests().size();
        simulator.recover();
        assertTrue(look("agent").contains("build-07.example.com"));
        assertEquals(requests + 1, simulator.requests().size(), "nothing else had waited in the queue");

        SimulatedMdatp.installScript(folder.resolve("mdatp-folder"), "sleep 30");
        assertTrue(look("agent").contains("within 3 s"), "not the time that a build gives the sensor");
    }

    /** The machine is in another tenant than the one of the default credential. */
    @Test
    void looksWithTheAgentsOwnCredential() throws Exception {
        try (DefenderSimulator elsewhere = new DefenderSimulator()) {
            SimulatedDefender.connectElsewhere(elsewhere);
            elsewhere.addMachine(AGENT_ID, "there.example.com", "build");
            AgentTagsProperty property = new AgentTagsProperty(List.of("build"));
            property.setCredentialsId("elsewhere");
            agent.getNodeProperties().add(property);
            assertTrue(look("agent").contains("there.example.com"));
            assertEquals(0, simulator.requests().size());
        }
    }

    @Test
    void whoSeesAndDoesWhat() throws Exception {
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("reader", "owner")
                .grant(Computer.CONFIGURE)
                .everywhere()
                .to("owner"));
        try (JenkinsRule.WebClient anonymous = WebClients.open(r)) {
            anonymous.assertFails("computer/agent/defender/", 403);
        }
        try (JenkinsRule.WebClient client = WebClients.open(r).login("reader")) {
            HtmlPage page = client.goTo("computer/agent/defender/");
            assertNull(page.querySelector("form[name=look]"), "no button");
            client.setThrowExceptionOnFailingStatusCode(false);
            WebRequest post = new WebRequest(client.createCrumbedUrl("computer/agent/defender/look"), HttpMethod.POST);
            assertEquals(403, client.getPage(post).getWebResponse().getStatusCode());
        }
        try (JenkinsRule.WebClient client = WebClients.open(r).login("owner")) {
            client.assertFails("computer/agent/defender/look", 404); // by GET
            assertFalse(Files.exists(asked));
            assertTrue(look(client, "agent").getBody().asNormalizedText().contains("linux"));
        }
        try (JenkinsRule.WebClient client = WebClients.open(r).login("reader")) {
            String text = client.goTo("computer/agent/defender/").getBody().asNormalizedText();
            assertTrue(text.contains(AGENT_ID), text);
            assertTrue(text.contains("to those who may see the agent's configuration"), text);
            assertFalse(text.contains("linux"), text);
        }
    }

    private String page(String name) throws Exception {
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            return client.goTo("computer/" + name + "/defender/").getBody().asNormalizedText();
        }
    }

    private String look(String name) throws Exception {
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            return look(client, name).getBody().asNormalizedText();
        }
    }

    /** Presses the button, and reloads the page until it has the answer. */
    private static HtmlPage look(JenkinsRule.WebClient client, String name) throws Exception {
        client.setRefreshHandler((page, url, seconds) -> {}); // the loop below does
        HtmlPage start = client.goTo("computer/" + name + "/defender/");
        HtmlFormUtil.submit(start.getFormByName("look"));
        return await().until(
                        () -> client.goTo("computer/" + name + "/defender/"),
                        shown -> !shown.getBody().asNormalizedText().contains("Jenkins is asking"));
    }
}
