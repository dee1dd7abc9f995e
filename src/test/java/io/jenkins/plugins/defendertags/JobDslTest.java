package io.jenkins.plugins.defendertags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleProject;
import java.util.List;
import javaposse.jobdsl.plugin.ExecuteDslScripts;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class JobDslTest {

    @Test
    void buildStepFromAScript(JenkinsRule r) throws Exception {
        FreeStyleProject seed = r.createFreeStyleProject("seed");
        ExecuteDslScripts scripts = new ExecuteDslScripts();
        scripts.setScriptText("""
                job('tagged') {
                    steps {
                        defenderTag {
                            action('Add')
                            value('release-${BUILD_NUMBER}')
                            machines(['build-01', '10.0.0.5'])
                            credentialsId('defender')
                            onError('UNSTABLE')
                            waitForMachine(5)
                            pickNewest(true)
                            dryRun(true)
                        }
                        defenderTag {
                            action('Remove')
                            value('quarantine')
                        }
                    }
                }
                """);
        seed.getBuildersList().add(scripts);
        r.buildAndAssertSuccess(seed);

        FreeStyleProject made = r.jenkins.getItemByFullName("tagged", FreeStyleProject.class);
        DefenderTagBuilder first = (DefenderTagBuilder) made.getBuildersList().get(0);
        assertEquals("Add", first.getAction());
        assertEquals("release-${BUILD_NUMBER}", first.getValue());
        assertEquals(List.of("build-01", "10.0.0.5"), first.getMachines());
        assertEquals("defender", first.getCredentialsId());
        assertEquals("UNSTABLE", first.getOnError());
        assertEquals(5, first.getWaitForMachine());
        assertTrue(first.isPickNewest() && first.isDryRun());
        r.assertEqualDataBoundBeans(
                new DefenderTagBuilder("Remove", "quarantine"),
                made.getBuildersList().get(1));
    }
}
