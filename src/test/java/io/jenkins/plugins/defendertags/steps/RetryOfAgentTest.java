package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** {@code retry(conditions: [agent()])} recognizes that an agent was lost by the cause of the error. */
@WithDefender
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the simulated mdatp is a shell script")
class RetryOfAgentTest {

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    RetryOfAgentTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void agentThatIsLostWhileItIsAskedIsAskedAgainWhenItIsBack(@TempDir Path folder) throws Exception {
        Path asked = folder.resolve("asked");
        Path program = SimulatedMdatp.installScript(folder.resolve("mdatp-folder"), """
                if [ ! -e '%1$s' ]; then
                  touch '%1$s'
                  exec sleep 50
                fi
                echo '"%2$s"'
                """.formatted(asked, AGENT_ID));
        DumbSlave agent = SimulatedDefender.agentWithPath(r, program);
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                retry(count: 2, conditions: [agent()]) {
                  node('agent') {
                    defenderTag action: 'Add', value: 'x'
                  }
                }
                """, true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        await().until(() -> Files.exists(asked));
        agent.toComputer().disconnect(new OfflineCause.ByCLI("lost")).get();
        r.waitForMessage("The agent agent could not be asked", run);
        agent.toComputer().connect(true);
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void otherErrorsAreNotRetried(@TempDir Path folder) throws Exception {
        SimulatedDefender.agent(r, folder);
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                retry(count: 2, conditions: [agent()]) {
                  node('agent') {
                    echo 'an attempt'
                    defenderTag action: 'Add', value: 'MDE-Management'
                  }
                }
                """, true));
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job);
        assertEquals(1, run.getLog(1000).stream().filter("an attempt"::equals).count());
    }
}
