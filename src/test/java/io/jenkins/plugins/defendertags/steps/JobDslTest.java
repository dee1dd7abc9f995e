package io.jenkins.plugins.defendertags.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleProject;
import io.jenkins.plugins.defendertags.tagging.TagRequestParser;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javaposse.jobdsl.plugin.ExecuteDslScripts;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
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
                            keepFor('24h')
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
        DefenderTagStep first = ((DefenderTagBuilder) made.getBuildersList().get(0)).getStep();
        assertEquals("Add", first.getAction());
        assertEquals("release-${BUILD_NUMBER}", first.getValue());
        assertEquals(List.of("build-01", "10.0.0.5"), first.getMachines());
        assertEquals("defender", first.getCredentialsId());
        assertEquals("UNSTABLE", first.getOnError());
        assertEquals(5, first.getWaitForMachine());
        assertTrue(first.isPickNewest() && first.isDryRun());
        assertEquals("24h", first.getKeepFor());
        r.assertEqualDataBoundBeans(
                new DefenderTagStep("Remove", "quarantine"),
                ((DefenderTagBuilder) made.getBuildersList().get(1)).getStep());
    }

    @Test
    void buildStepTakesEveryParameterOfTheStepThatAFormCanGive(JenkinsRule r) {
        Set<String> ofStep = parameters(DefenderTagStep.class);
        assertTrue(ofStep.remove("allowEmpty"));
        assertEquals(ofStep, parameters(DefenderTagBuilder.class));
    }

    private static Set<String> parameters(Class<?> type) {
        return DescribableModel.of(type).getParameters().stream()
                .map(DescribableParameter::getName)
                .collect(Collectors.toSet());
    }

    @Test
    void tagsForTheTimeOfABuild(JenkinsRule r) throws Exception {
        FreeStyleProject seed = r.createFreeStyleProject("seed");
        ExecuteDslScripts scripts = new ExecuteDslScripts();
        scripts.setScriptText("""
                job('tagged') {
                    wrappers {
                        withDefenderTag {
                            block {
                                value('building')
                                machine('build-07')
                            }
                        }
                    }
                }
                job('several') {
                    wrappers {
                        withDefenderTag {
                            block {
                                value('')
                                values(['building', 'release'])
                                machines(['build-01', 'build-02'])
                                onError('CONTINUE')
                            }
                        }
                    }
                }
                """);
        seed.getBuildersList().add(scripts);
        r.buildAndAssertSuccess(seed);

        WithDefenderTagStep one = block(r, "tagged");
        assertEquals("building", one.getValue());
        assertEquals("build-07", one.getMachine());
        assertNull(one.getValues());
        assertNull(one.getMachines());
        WithDefenderTagStep several = block(r, "several");
        assertEquals(2, new TagRequestParser().parseBlock(several).size());
        assertEquals(List.of("building", "release"), several.getValues());
        assertEquals(List.of("build-01", "build-02"), several.getMachines());
        assertEquals("CONTINUE", several.getOnError());
    }

    private static WithDefenderTagStep block(JenkinsRule r, String job) {
        return r.jenkins
                .getItemByFullName(job, FreeStyleProject.class)
                .getBuildWrappersList()
                .get(DefenderTagWrapper.class)
                .getBlock();
    }
}
