package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import io.jenkins.plugins.defendertags.testing.ScriptLatch;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** {@code retry(conditions: [agent()])} recognizes that an agent was lost by the cause of the error. */
@WithDefender
@Timeout(300)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the simulated mdatp is a shell script")
class RetryOfAgentTest {

    private static final String ADD = "echo 'machine: ' + defenderTag(action: 'Add', value: 'x').id";
    private static final String BLOCK = "withDefenderTag('x') { " + ADD + " }";
    private static final String READ = "echo 'machine: ' + defenderMachines()[0].id";

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final JenkinsRule r;
    /** Pipeline believes that an agent is deleted if it is offline some seconds after another of its name was deleted. */
    private final String name = "lost-" + NAMES.incrementAndGet();

    RetryOfAgentTest(JenkinsRule r) {
        this.r = r;
    }

    @ParameterizedTest
    @ValueSource(strings = {ADD, BLOCK, READ})
    void agentThatIsLostWhileItIsAskedIsAskedAgainWhenItIsBack(String step, @TempDir Path folder) throws Exception {
        Path asked = folder.resolve("asked");
        Path program = SimulatedMdatp.installScript(folder.resolve("mdatp-folder"), """
                if [ ! -e '%1$s' ]; then
                  touch '%1$s'
                  exec sleep 50
                fi
                echo '"%2$s"'
                """.formatted(asked, AGENT_ID));
        DumbSlave agent = SimulatedDefender.agentWithPath(r, name, program);
        WorkflowRun run = job("", step).scheduleBuild2(0).waitForStart();
        await().until(() -> Files.exists(asked));
        agent.toComputer().disconnect(new OfflineCause.ByCLI("lost")).get();
        r.waitForMessage("The agent " + name + " could not be asked", run);
        agent.toComputer().connect(true);
        assertSecondAttemptSucceeds(run);
    }

    @ParameterizedTest
    @ValueSource(strings = {ADD, BLOCK, READ})
    void agentThatIsOfflineIsAskedWhenItIsBack(String step, @TempDir Path folder) throws Exception {
        DumbSlave agent = SimulatedDefender.agentWithPath(
                r, name, SimulatedMdatp.install(folder.resolve("mdatp-folder"), AGENT_ID));
        String latch = "offline-" + step.hashCode();
        WorkflowRun run =
                job(ScriptLatch.waitFor(latch), step).scheduleBuild2(0).waitForStart();
        ScriptLatch.awaitReached(latch);
        agent.toComputer().disconnect(new OfflineCause.ByCLI("lost")).get();
        ScriptLatch.open(latch);
        r.waitForMessage("The agent " + name + " is offline", run);
        agent.toComputer().connect(true);
        assertSecondAttemptSucceeds(run);
    }

    private void assertSecondAttemptSucceeds(WorkflowRun run) throws Exception {
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        r.assertLogContains("machine: " + AGENT_ID, run);
        assertEquals(2, run.getLog(1000).stream().filter("an attempt"::equals).count());
    }

    @Test
    void otherErrorsAreNotRetried(@TempDir Path folder) throws Exception {
        SimulatedDefender.agent(r, folder);
        WorkflowRun run =
                r.buildAndAssertStatus(Result.FAILURE, job("", "defenderTag action: 'Add', value: 'MDE-Management'"));
        assertEquals(1, run.getLog(1000).stream().filter("an attempt"::equals).count());
    }

    private WorkflowJob job(String before, String step) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                retry(count: 2, conditions: [agent()]) {
                  node('agent') {
                    echo 'an attempt'
                    %s
                    %s
                  }
                }
                """.formatted(before, step), false));
        return job;
    }
}
