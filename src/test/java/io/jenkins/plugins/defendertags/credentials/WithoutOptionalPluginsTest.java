package io.jenkins.plugins.defendertags.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.ExtensionList;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.steps.DefenderTagBuilder;
import io.jenkins.plugins.defendertags.testing.JenkinsProcess;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

class WithoutOptionalPluginsTest {

    @RegisterExtension
    private final RealJenkinsExtension jenkins =
            JenkinsProcess.create().omitPlugins("azure-credentials", "azure-sdk", "metrics");

    @Test
    void pluginWorksWithoutThem() throws Throwable {
        jenkins.then(WithoutOptionalPluginsTest::works);
    }

    private static void works(JenkinsRule r) throws Throwable {
        assertNull(r.jenkins.getPlugin("azure-credentials"));
        assertNull(r.jenkins.getPlugin("metrics"));
        assertEquals(0, ExtensionList.lookup(CredentialAdapter.class).size());
        try (DefenderSimulator simulator = new DefenderSimulator()) {
            SimulatedDefender.connect(simulator);
            assertEquals(2, AppRegistrations.list(null, null).size(), "none and the only one");
            FreeStyleProject project = r.createFreeStyleProject();
            DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
            builder.setMachine(SimulatedDefender.AGENT_ID);
            project.getBuildersList().add(builder);
            r.buildAndAssertSuccess(project);
            assertTrue(simulator.tagsOf(SimulatedDefender.AGENT_ID).contains("x"));
        }
    }
}
