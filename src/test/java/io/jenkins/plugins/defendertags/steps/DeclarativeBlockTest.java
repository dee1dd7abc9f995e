package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import hudson.EnvVars;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.SimulatedMachine;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** Where a block may be in a Declarative Pipeline, and the place that looks right and is not: the options of a stage with its own agent. */
@WithDefender
class DeclarativeBlockTest {

    private static final String OUTER_ID = "2".repeat(40);

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;
    private SimulatedMachine own;
    private SimulatedMachine outer;

    DeclarativeBlockTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void agents() throws Exception {
        own = simulator.addMachine(AGENT_ID, "build-07.example.com", "linux");
        outer = simulator.addMachine(OUTER_ID, "outer.example.com", "linux");
        SimulatedDefender.agent(r, folder);
        Path program = SimulatedMdatp.install(folder.resolve("outer"), OUTER_ID);
        DumbSlave agent = r.createSlave("outer", "outer", new EnvVars(SimulatedMdatp.environment(program)));
        r.waitOnline(agent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
                pipeline {
                  agent { label 'agent' }
                  options { withDefenderTag('building') }
                  stages { stage('Build') { steps { echo 'built' } } }
                }
                """, """
                pipeline {
                  agent { label 'outer' }
                  stages {
                    stage('Build') {
                      agent { label 'agent' }
                      steps { withDefenderTag('building') { echo 'built' } }
                    }
                  }
                }
                """, """
                pipeline {
                  agent none
                  stages {
                    stage('All') {
                      matrix {
                        agent { label "${PLATFORM}" }
                        axes { axis { name 'PLATFORM'; values 'agent' } }
                        stages {
                          stage('Build') {
                            options { withDefenderTag(value: 'building', onError: 'FAIL') }
                            steps { echo 'built' }
                          }
                        }
                      }
                    }
                  }
                }
                """})
    void rightPlacesTagTheAgentThatBuilds(String script) throws Exception {
        WorkflowRun run = r.assertBuildStatusSuccess(job(script).scheduleBuild2(0));
        r.assertLogContains("built", run);
        assertEquals(List.of("Add building", "Remove building"), own.changes());
        assertEquals(List.of(), outer.changes());
    }

    @Test
    void optionsOfAStageRunBeforeItsOwnAgentAndTheErrorSaysSo() throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job("""
                pipeline {
                  agent none
                  stages {
                    stage('Build') {
                      agent { label 'agent' }
                      options { withDefenderTag('building') }
                      steps { echo 'built' }
                    }
                  }
                }
                """));
        r.assertLogContains(
                "No machine is named and the step runs on no agent. Name one with machine: '…', or put the step into a node"
                        + " block or into the steps of a Declarative stage. The options of a stage run before its own agent"
                        + " is allocated.",
                run);
        r.assertLogNotContains("built", run);
        assertEquals(List.of(), own.changes());
    }

    /** That is what the documentation warns of. */
    @Test
    void optionsOfAStageWithItsOwnAgentTagTheOuterAgentAndTheLogNamesIt() throws Exception {
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                pipeline {
                  agent { label 'outer' }
                  stages {
                    stage('Build') {
                      agent { label 'agent' }
                      options { withDefenderTag('building') }
                      steps { echo 'built' }
                    }
                  }
                }
                """));
        r.assertLogContains("[defender] The agent outer is the Defender machine 2222…2222", run);
        assertEquals(List.of(), own.changes());
        assertEquals(List.of("Add building", "Remove building"), outer.changes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "withDefenderTag(value: 'building', hosts: ['a'])",
                "withDefenderTag(value: 'building', machines: 'a')",
                "withDefenderTag(value: \"${params.NOPE}\")",
                "withDefenderTag(value: 'building', dryRun: 'yes')"
            })
    void wrongOptionFailsTheBuildBeforeAnythingIsSent(String option) throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job("""
                pipeline {
                  agent { label 'agent' }
                  options { %s }
                  stages { stage('Build') { steps { echo 'built' } } }
                }
                """.formatted(option)));
        assertFalse(JenkinsRule.getLog(run).contains("built\n"), "the block did not begin");
        assertEquals(List.of(), own.changes());
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
