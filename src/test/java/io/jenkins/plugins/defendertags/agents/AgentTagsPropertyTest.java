package io.jenkins.plugins.defendertags.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Node;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.defendertags.testing.AsCode;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
class AgentTagsPropertyTest {

    @Test
    void importedFromCodeAndExported(JenkinsRule r) throws Exception {
        AsCode.configure(getClass(), "agent-tags-as-code.yaml");
        AgentTagsProperty property = property(r.jenkins.getNode("build-07"));
        assertEquals(List.of("build-agent", "linux"), property.getTags());
        assertEquals("agents", property.getCredentialsId());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(out);
        String yaml = out.toString(StandardCharsets.UTF_8);
        assertTrue(
                yaml.contains("- defenderTags:\n          credentialsId: \"agents\"\n          tags:\n"
                        + "          - \"build-agent\"\n          - \"linux\""),
                yaml);
    }

    @Test
    void formKeepsIt(JenkinsRule r) throws Exception {
        DumbSlave agent = r.createSlave("build-07", null, null);
        AgentTagsProperty property = new AgentTagsProperty(List.of("a, (b)", "<i>", "中"));
        property.setCredentialsId("agents");
        agent.getNodeProperties().add(property);
        AgentTagsProperty saved = property(r.configRoundtrip(agent));
        assertEquals(property.getTags(), saved.getTags());
        assertEquals("agents", saved.getCredentialsId());
    }

    @Test
    void formRefusesWhatIsNoTag(JenkinsRule r) throws Exception {
        DumbSlave agent = r.createSlave("build-07", null, null);
        agent.getNodeProperties().add(new AgentTagsProperty(List.of("build")));
        JenkinsRule.WebClient client = WebClients.open(r).withThrowExceptionOnFailingStatusCode(false);
        HtmlForm form = client.goTo("computer/build-07/configure").getFormByName("config");
        form.getTextAreaByName("_.tags").setText(" \n ");
        HtmlPage page = r.submit(form);
        String text = page.getWebResponse().getContentAsString();
        assertTrue(text.contains("There are 0 tags. Give 1 to 20, one a line."), text);
        assertEquals(List.of("build"), property(r.jenkins.getNode("build-07")).getTags());
    }

    @Test
    void whatCanBeTags(JenkinsRule r) {
        assertEquals(List.of("a", "b"), new AgentTagsProperty(List.of("a", "b", "a")).getTags());
        for (List<String> bad : List.of(
                List.<String>of(),
                List.of(" "),
                List.of("a\nb"),
                List.of("${NODE_NAME}"),
                List.of("good", "a$"),
                List.of("a".repeat(201)),
                Collections.nCopies(21, "a").stream()
                        .map(tag -> tag + Math.random())
                        .toList())) {
            assertThrows(IllegalArgumentException.class, () -> new AgentTagsProperty(bad), () -> "" + bad);
        }
        assertThrows(IllegalArgumentException.class, () -> new AgentTagsProperty(null));
    }

    private static AgentTagsProperty property(Node node) {
        return node.getNodeProperty(AgentTagsProperty.class);
    }
}
