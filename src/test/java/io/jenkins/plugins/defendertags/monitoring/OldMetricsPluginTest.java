package io.jenkins.plugins.defendertags.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.PluginManager;
import io.jenkins.plugins.defendertags.testing.JenkinsProcess;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * Jenkins itself does not load a plugin beside an optional one that is too old, and says so in Manage Jenkins and in its log. There
 * is no way for a plugin to load all the same. {@code WithoutOptionalPluginsTest} has the case that there is none.
 */
class OldMetricsPluginTest {

    @RegisterExtension
    private final RealJenkinsExtension jenkins = JenkinsProcess.create()
            .omitPlugins("metrics")
            .addSyntheticPlugin(new RealJenkinsExtension.SyntheticPlugin("io.jenkins.plugins.defendertags.docs")
                    .shortName("metrics")
                    .version("4.0.0"));

    @Test
    void jenkinsNamesTheVersionThatIsNeeded() throws Throwable {
        jenkins.then(OldMetricsPluginTest::assertNamed);
    }

    private static void assertNamed(JenkinsRule r) {
        List<PluginManager.FailedPlugin> failed = r.jenkins.pluginManager.getFailedPlugins();
        assertEquals(
                List.of("defender-tags"), failed.stream().map(each -> each.name).toList());
        String message = failed.get(0).cause.getMessage();
        assertTrue(message.contains("Update required: metrics (metrics 4.0.0) to be updated to 4.2."), message);
    }
}
