package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Result;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.leases.Lease;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.ScriptLatch;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.BuildWatcherExtension;

/** Tags that Defender does not remove when their block ends. */
@WithDefender
@Timeout(180)
class StuckRemovalTest {

    @RegisterExtension
    static final BuildWatcherExtension BUILDS = new BuildWatcherExtension();

    private static final AtomicInteger LATCHES = new AtomicInteger();

    private final JenkinsRule r;
    private final DefenderSimulator simulator;
    private final String latch = "stuck-" + LATCHES.incrementAndGet();

    StuckRemovalTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void refusalDoesNotHideTheResult() throws Exception {
        WorkflowRun run = blockWhoseRemovalIsRefused();
        r.assertBuildStatusSuccess(run);
        r.assertLogContains(
                "[defender] Could not remove \"x\" from build-07.example.com (1e5b…cc07): Defender answered"
                        + " HTTP 403",
                run);
        Lease lease = LeaseService.get().stuck().get(0);
        assertEquals(1, lease.attempts().count());
        assertTrue(lease.attempts().problem().message().contains("HTTP 403"), lease.toString());
        assertEquals(ErrorCode.FORBIDDEN, lease.attempts().problem().errorCode());
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));

        allow("Machine.ReadWrite.All");
        LeaseService.get().retryDue();
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID), "not that soon");
        LeaseService.get().retry(stuck -> true);
        awaitNothingLeft();
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        List<TagRecord> changes = run.getAction(DefenderTagsAction.class).getChanges();
        assertEquals(2, changes.size(), "one record for the removal, however often it was tried");
        assertTrue(changes.get(1).isSuccess());
    }

    @Test
    void nextBlockTakesTheTagOver() throws Exception {
        blockWhoseRemovalIsRefused();
        allow("Machine.ReadWrite.All");
        WorkflowJob next = r.createProject(WorkflowJob.class);
        next.setDefinition(
                new CpsFlowDefinition("withDefenderTag(value: 'x', machine: 'build-07') { echo 'inside' }", true));
        r.buildAndAssertSuccess(next);
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        assertEquals(List.of(), LeaseService.get().all());
    }

    @Test
    void forgottenTagStays() throws Exception {
        blockWhoseRemovalIsRefused();
        LeaseService.get().forget(stuck -> true);
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
        assertEquals(List.of(), LeaseService.get().all());
    }

    @Test
    void passing404DoesNotLoseTheTag() throws Exception {
        WorkflowRun run = block(r.createProject(WorkflowJob.class), "");
        simulator.failApiCalls(Fault.defenderError(404, "ResourceNotFound", "Machine was not found"));
        ScriptLatch.open(latch);
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        r.assertLogContains(
                "Could not remove \"x\" from build-07.example.com (1e5b…cc07): Defender does not know", run);
        simulator.recover();
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
        LeaseService.get().retry(stuck -> true);
        awaitNothingLeft();
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void passing404OfAMachineThatIsListedIsTriedAgainSoon() throws Exception {
        WorkflowRun run = block(r.createProject(WorkflowJob.class), "");
        simulator.machines().get(AGENT_ID).missRemovals(1);
        ScriptLatch.open(latch);
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        Lease lease = LeaseService.get().stuck().get(0);
        assertTrue(lease.attempts().delayed(), lease.toString());
        LeaseService.get().retry(stuck -> true);
        awaitNothingLeft();
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void credentialOfAFolderRemovesTheTagWhenTheJobIsGone() throws Exception {
        Folder team = r.createProject(Folder.class, "team");
        SimulatedDefender.add(team, SimulatedDefender.credential("teams", DefenderSimulator.SECRET));
        WorkflowJob job = team.createProject(WorkflowJob.class, "job");
        WorkflowRun run = block(job, ", credentialsId: 'teams'");
        assertEquals("teams", LeaseService.get().all().get(0).credential().id());
        allow("Machine.Read.All");
        run.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(run));
        await().until(() -> LeaseService.get().stuck().size() == 1);
        job.delete();
        allow("Machine.ReadWrite.All");
        LeaseService.get().retry(stuck -> true);
        awaitNothingLeft();
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    private WorkflowRun blockWhoseRemovalIsRefused() throws Exception {
        WorkflowRun run = block(r.createProject(WorkflowJob.class), "");
        allow("Machine.Read.All");
        ScriptLatch.open(latch);
        r.waitForCompletion(run);
        assertEquals(1, LeaseService.get().stuck().size());
        return run;
    }

    /** Returns when the block has begun. */
    private WorkflowRun block(WorkflowJob job, String parameters) throws Exception {
        job.setDefinition(new CpsFlowDefinition(
                "withDefenderTag(value: 'x', machine: 'build-07'" + parameters + ") { " + ScriptLatch.waitFor(latch)
                        + " }",
                false));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        ScriptLatch.awaitReached(latch);
        return run;
    }

    private void allow(String role) {
        simulator.grantRoles(role);
        simulator.revokeTokens();
    }

    private static void awaitNothingLeft() {
        await().until(() -> LeaseService.get().all().isEmpty());
    }
}
