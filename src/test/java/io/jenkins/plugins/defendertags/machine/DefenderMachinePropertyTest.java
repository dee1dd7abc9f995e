package io.jenkins.plugins.defendertags.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Node;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.defendertags.config.AgentVerificationMode;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.testing.AsCode;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
class DefenderMachinePropertyTest {

    private static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";

    @Test
    void noPropertyOfAllAgents(JenkinsRule r) throws Exception {
        AsCode.configure(getClass(), "agent-as-code.yaml");
        assertTrue(
                WebClients.open(r).goTo("manage/configure").asNormalizedText().contains("Defender Tags"));
        assertFalse(
                WebClients.open(r).goTo("manage/configure").asNormalizedText().contains("Defender machine"));
    }

    @Test
    void importedFromCodeAndExported(JenkinsRule r) throws Exception {
        AsCode.configure(getClass(), "agent-as-code.yaml");
        assertEquals(ID, property(r.jenkins.getNode("build-07")).getMachine());
        assertEquals(
                AgentVerificationMode.OFF,
                DefenderConfiguration.get().getVerifyAgents(),
                "OFF is no truth value, though YAML may think so");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(out);
        String yaml = out.toString(StandardCharsets.UTF_8);
        assertTrue(yaml.contains("- defenderMachine:\n          machine: \"" + ID + "\""), yaml);
    }

    @Test
    void formKeepsIt(JenkinsRule r) throws Exception {
        DumbSlave agent = r.createSlave("build-07", null, null);
        agent.getNodeProperties().add(new DefenderMachineProperty(" build-07.example.com "));
        DumbSlave saved = r.configRoundtrip(agent);
        assertEquals("build-07.example.com", property(saved).getMachine());
        saved.getNodeProperties().clear();
        assertNull(property(r.configRoundtrip(saved)));

        r.jenkins.getNodeProperties().add(new DefenderMachineProperty(ID));
        r.submit(WebClients.open(r).goTo("computer/(built-in)/configure").getFormByName("config"));
        assertEquals(ID, property(r.jenkins).getMachine());
    }

    @Test
    void formRefusesWhatCanNameNoMachine(JenkinsRule r) throws Exception {
        DumbSlave agent = r.createSlave("build-07", null, null);
        agent.getNodeProperties().add(new DefenderMachineProperty(ID));
        JenkinsRule.WebClient client = WebClients.open(r).withThrowExceptionOnFailingStatusCode(false);
        HtmlForm form = client.goTo("computer/build-07/configure").getFormByName("config");
        form.getInputByName("_.machine").setValue(" ");
        HtmlPage page = r.submit(form);
        String text = page.getWebResponse().getContentAsString();
        assertTrue(text.contains("The machine is empty. Give a machine ID, a DNS name"), text);
        assertEquals(ID, property(r.jenkins.getNode("build-07")).getMachine());
    }

    @Test
    void whatCanNameAMachine(JenkinsRule r) {
        assertEquals(ID, new DefenderMachineProperty(" " + ID.toUpperCase()).getMachine());
        assertEquals("10.0.0.5", new DefenderMachineProperty("10.0.0.5").getMachine());
        String longest = ("a".repeat(63) + ".").repeat(3) + "a".repeat(63);
        assertEquals(longest, new DefenderMachineProperty(longest).getMachine());
        for (String bad :
                new String[] {null, "", " ", "a".repeat(256), "a\nb", "a\u0000", "${NODE_NAME}", "$NODE_NAME"}) {
            assertThrows(IllegalArgumentException.class, () -> new DefenderMachineProperty(bad), () -> "" + bad);
        }
    }

    private static DefenderMachineProperty property(Node node) {
        return node.getNodeProperty(DefenderMachineProperty.class);
    }
}
