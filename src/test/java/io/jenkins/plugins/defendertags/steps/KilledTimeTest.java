package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.JenkinsProcess;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import java.time.Duration;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.CpsFlowExecution;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** A controller that is killed while it keeps a tag for a time, and while a build reads machines. */
@Timeout(600)
class KilledTimeTest {

    private static final String KEPT = "1".repeat(40);

    @RegisterExtension
    final RealJenkinsExtension jenkins = JenkinsProcess.create();

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    @Test
    void timeGoesOnAndTheReadIsRepeated() throws Throwable {
        simulator.addMachine(KEPT, "kept.example.com", "before");
        jenkins.startJenkins();
        jenkins.runRemotely(SimulatedDefender::connectTo, simulator.url());
        jenkins.runRemotely(KilledTimeTest::addForAMinute, KEPT);
        assertEquals(List.of("before", "x"), simulator.tagsOf(KEPT));
        long calls = simulator.apiCalls();
        simulator.failNextApiCalls(Fault.silence());
        jenkins.runRemotely(KilledTimeTest::read);
        await().until(() -> simulator.apiCalls() > calls);
        jenkins.runRemotely(KilledTimeTest::awaitSaved);

        jenkins.stopJenkinsForcibly();
        jenkins.startJenkins();

        jenkins.runRemotely(KilledTimeTest::assertRead);
        // The minute may be over by now or not; nobody but the lease removes the tag.
        await().atMost(Duration.ofMinutes(4)).until(() -> simulator.tagsOf(KEPT).equals(List.of("before")));
        jenkins.runRemotely(KilledTimeTest::awaitNothingLeft);
    }

    private static void addForAMinute(JenkinsRule r, String machine) throws Throwable {
        WorkflowJob job = r.createProject(WorkflowJob.class, "kept");
        job.setDefinition(new CpsFlowDefinition(
                "defenderTag(action: 'Add', value: 'x', machine: '" + machine + "', keepFor: '1m')", true));
        r.buildAndAssertSuccess(job);
        job.delete();
    }

    private static void read(JenkinsRule r) throws Throwable {
        WorkflowJob job = r.createProject(WorkflowJob.class, "read");
        job.setDefinition(
                new CpsFlowDefinition("echo 'read: ' + defenderMachines(tag: 'before')*.computerDnsName", true));
        job.scheduleBuild2(0).waitForStart();
    }

    /** Pipeline saves its program when it suspends; a build that is killed before cannot go on. */
    private static void awaitSaved(JenkinsRule r) throws Throwable {
        WorkflowRun run = r.jenkins.getItemByFullName("read", WorkflowJob.class).getBuildByNumber(1);
        ((CpsFlowExecution) run.getExecution()).waitForSuspension();
    }

    private static void assertRead(JenkinsRule r) throws Throwable {
        WorkflowRun run = r.jenkins.getItemByFullName("read", WorkflowJob.class).getBuildByNumber(1);
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        r.assertLogContains("read: [kept.example.com]", run);
    }

    private static void awaitNothingLeft(JenkinsRule r) {
        await().until(() -> LeaseService.get().all().isEmpty());
    }
}
