package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
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

/**
 * A controller that is killed ({@code kill -9}) in the middle of steps and while it keeps a tag for a time, in processes of its own.
 * To start it takes most of the time, so that one test does it all. {@code ./dev soak} does it at random.
 */
@Timeout(600)
class KilledControllerTest {

    private static final String UNDER_WAY = "1".repeat(40);
    private static final String NEW = "2".repeat(40);
    private static final String KEPT = "3".repeat(40);

    @RegisterExtension
    final RealJenkinsExtension jenkins = JenkinsProcess.create();

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    @Test
    void buildsGoOnAsIfNothingHadHappened() throws Throwable {
        simulator.addMachine(UNDER_WAY, "under-way.example.com");
        simulator.addMachine(KEPT, "kept.example.com", "before");
        jenkins.startJenkins();
        jenkins.runRemotely(SimulatedDefender::connectTo, simulator.url());
        jenkins.runRemotely(KilledControllerTest::addForAMinute, KEPT);
        assertEquals(List.of("before", "x"), simulator.tagsOf(KEPT));
        awaitCall(Fault.silence(), KilledControllerTest::read);
        jenkins.runRemotely(KilledControllerTest::awaitSaved);
        // Defender has made the change, but Jenkins is not told.
        awaitCall(Fault.silence().afterwards(), r -> build(r, "under-way", "machine: '" + UNDER_WAY + "'"));
        jenkins.runRemotely(KilledControllerTest::build, "waiting", "machine: 'new.example.com', waitForMachine: 10");
        jenkins.runRemotely(KilledControllerTest::awaitLog, "waiting", "Defender does not know new.example.com yet");

        jenkins.stopJenkinsForcibly();
        simulator.addMachine(NEW, "new.example.com");
        jenkins.startJenkins();

        jenkins.runRemotely(KilledControllerTest::assertTagged, "under-way");
        jenkins.runRemotely(KilledControllerTest::assertTagged, "waiting");
        assertEquals(List.of("x"), simulator.tagsOf(UNDER_WAY));
        assertEquals(
                List.of("Add x", "Add x"), simulator.machines().get(UNDER_WAY).changes(), "it was sent again");
        assertEquals(List.of("x"), simulator.tagsOf(NEW));
        jenkins.runRemotely(KilledControllerTest::assertRead);
        // The minute may be over by now or not; nobody but the lease removes the tag.
        await().atMost(Duration.ofMinutes(4)).until(() -> simulator.tagsOf(KEPT).equals(List.of("before")));
        jenkins.runRemotely(KilledControllerTest::awaitNothingLeft);
    }

    /** Builds something whose first call meets with a fault, until Defender has that call. */
    private void awaitCall(Fault fault, RealJenkinsExtension.Step build) throws Throwable {
        long calls = simulator.apiCalls();
        simulator.failNextApiCalls(fault);
        jenkins.runRemotely(build);
        await().until(() -> simulator.apiCalls() > calls);
    }

    private static void build(JenkinsRule r, String name, String machine) throws Throwable {
        WorkflowJob job = r.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(
                "def m = defenderTag action: 'Add', value: 'x', " + machine + "\necho \"tags: ${m.machineTags}\"",
                true));
        job.scheduleBuild2(0).waitForStart();
    }

    private static void awaitLog(JenkinsRule r, String name, String line) throws Throwable {
        r.waitForMessage(line, run(r, name));
    }

    private static void assertTagged(JenkinsRule r, String name) throws Throwable {
        WorkflowRun run = run(r, name);
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        r.assertLogContains("tags: [x]", run);
        assertEquals(1, run.getAction(DefenderTagsAction.class).getChanges().size());
    }

    private static WorkflowRun run(JenkinsRule r, String name) {
        return r.jenkins.getItemByFullName(name, WorkflowJob.class).getBuildByNumber(1);
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
