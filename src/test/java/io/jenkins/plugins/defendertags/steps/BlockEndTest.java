package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.Descriptor;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.tasks.ArtifactArchiver;
import hudson.tasks.BuildWrapper;
import hudson.tasks.CommandInterpreter;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.leases.Lease;
import io.jenkins.plugins.defendertags.leases.LeaseHolder;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.Commands;
import io.jenkins.plugins.defendertags.testing.ScriptLatch;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.io.File;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.BuildWatcherExtension;

/** What the end of a block waits for, and what it passes on. */
@WithDefender
@Timeout(180)
class BlockEndTest {

    @RegisterExtension
    static final BuildWatcherExtension BUILDS = new BuildWatcherExtension();

    private static final String PATIENCE = "io.jenkins.plugins.defendertags.leases.EndOfBlock.patience";
    private static final Fault OUTAGE = Fault.empty(503);
    private static final String LATER =
            "[defender] Jenkins will remove \"x\" from build-07.example.com (1e5b…cc07) later, without this build.";

    private static final String BLOCK = "withDefenderTag(value: 'x', machine: 'build-07') { @INSIDE@ }";
    private static final AtomicInteger TESTS = new AtomicInteger();

    /** So that the names of latches are used once. */
    private final int test = TESTS.incrementAndGet();

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    BlockEndTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void shortPatience() {
        System.setProperty(PATIENCE, "500");
    }

    @AfterEach
    void normalPatience() {
        System.clearProperty(PATIENCE);
        simulator.recover();
    }

    @Test
    void pipelineEndsDuringAnOutageAndTheTagIsRemovedAfterIt() throws Exception {
        WorkflowRun run = startBlock(BLOCK);
        simulator.failApiCalls(OUTAGE);
        open("inside");
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        r.assertLogContains(LATER, run);
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
        simulator.recover();
        awaitNothingLeft();
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void abortEndsDuringAnOutage() throws Exception {
        WorkflowRun run = startBlock(BLOCK);
        simulator.failApiCalls(OUTAGE);
        run.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(run));
        r.assertLogContains(LATER, run);
        simulator.recover();
        awaitNothingLeft();
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void freestyleEndsDuringAnOutage() throws Exception {
        FreeStyleBuild build = freestyle(Commands.sleep(3)).scheduleBuild2(0).waitForStart();
        r.waitForMessage("[defender] Added", build);
        simulator.failApiCalls(OUTAGE);
        r.assertBuildStatusSuccess(r.waitForCompletion(build));
        r.assertLogContains(LATER, build);
        simulator.recover();
        awaitNothingLeft();
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    /** One that is asked for before ours, and so tears down after it. */
    public static final class OtherWrapper extends BuildWrapper {

        private static final Descriptor<BuildWrapper> DESCRIPTOR = new DescriptorImpl();
        private static final AtomicInteger TORN_DOWN = new AtomicInteger();
        private static final AtomicInteger INTERRUPTED = new AtomicInteger();

        @Override
        public Environment setUp(AbstractBuild build, Launcher launcher, BuildListener listener) {
            return new Environment() {
                @Override
                public boolean tearDown(AbstractBuild ended, BuildListener log) {
                    TORN_DOWN.incrementAndGet();
                    INTERRUPTED.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                    return true;
                }
            };
        }

        @Override
        public Descriptor<BuildWrapper> getDescriptor() {
            return DESCRIPTOR;
        }

        private static final class DescriptorImpl extends Descriptor<BuildWrapper> {}
    }

    @Test
    void interruptedTearDownLetsTheOthersTearDown() throws Exception {
        System.setProperty(PATIENCE, "600000");
        FreeStyleProject project = r.createFreeStyleProject();
        project.getBuildWrappersList().add(new OtherWrapper());
        project.getBuildWrappersList().add(new DefenderTagWrapper(block()));
        project.getBuildersList()
                .add(Commands.run("echo done > file; sleep 3", "echo done>file\r\nping -n 4 127.0.0.1 >NUL"));
        project.getPublishersList().add(new ArtifactArchiver("file"));
        FreeStyleBuild build = project.scheduleBuild2(0).waitForStart();
        r.waitForMessage("[defender] Added", build);
        int before = OtherWrapper.TORN_DOWN.get();
        int interrupted = OtherWrapper.INTERRUPTED.get();
        simulator.failApiCalls(OUTAGE);
        await().until(() -> LeaseService.get().all().get(0).ended() != null);
        build.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(build));
        assertEquals(before + 1, OtherWrapper.TORN_DOWN.get());
        assertEquals(interrupted + 1, OtherWrapper.INTERRUPTED.get(), "the others are to hurry as well");
        r.assertLogContains("Archiving artifacts", build); // what comes after the build is not interrupted
        build.reload();
        assertEquals(Result.ABORTED, build.getResult(), "it was saved when it had ended");
        assertTrue(build.getDuration() > 0);
        simulator.recover();
        awaitNothingLeft();
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void nextBlockTakesTheTagOver() throws Exception {
        WorkflowRun first = startBlock(BLOCK);
        simulator.failApiCalls(OUTAGE);
        open("inside");
        r.waitForCompletion(first);
        WorkflowRun second = job("withDefenderTag(value: 'x', machine: '" + AGENT_ID + "') { " + inside("second")
                        + " }")
                .scheduleBuild2(0)
                .waitForStart();
        await().until(() ->
                LeaseService.get().find(lease -> lease.ended() == null).size() == 1);
        simulator.recover();
        awaitReached("second");
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
        await("the first block's lease is dropped")
                .until(() -> LeaseService.get().all().size() == 1);
        open("second");
        r.assertBuildStatusSuccess(r.waitForCompletion(second));
        awaitNothingLeft();
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void tagIsRemovedWhileJenkinsPreparesToShutDown() throws Exception {
        WorkflowRun run = startBlock(BLOCK);
        simulator.failApiCalls(OUTAGE);
        open("inside");
        r.waitForCompletion(run);
        r.jenkins.doQuietDown();
        try {
            simulator.recover();
            awaitNothingLeft();
        } finally {
            r.jenkins.doCancelQuietDown();
        }
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void deletedBuildDoesNotComeBack() throws Exception {
        WorkflowRun run = startBlock(BLOCK);
        simulator.failApiCalls(OUTAGE);
        open("inside");
        r.waitForCompletion(run);
        File folder = run.getRootDir();
        run.delete();
        simulator.recover();
        awaitNothingLeft();
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        assertFalse(folder.exists());
    }

    @Test
    void tagThatWasThereIsNotedAsUsed() throws Exception {
        WorkflowRun run =
                startBlock("withDefenderTag(value: 'LINUX', machine: 'build-07') { " + inside("inside") + " }");
        Lease lease = LeaseService.get().all().get(0);
        assertFalse(lease.added());
        assertTrue(lease.holder() instanceof LeaseHolder.Block);
        assertTrue(LeaseService.get().isHeld(lease.machine(), new Tag("linux")));
        open("inside");
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        assertEquals(List.of(), LeaseService.get().all());
    }

    @Test
    void spellingsOfOneTagShareIt() throws Exception {
        WorkflowRun first =
                startBlock("withDefenderTag(value: 'building', machine: 'build-07') { " + inside("inside") + " }");
        WorkflowRun second = job("withDefenderTag(value: 'Building', machine: 'build-07') { " + inside("second") + " }")
                .scheduleBuild2(0)
                .waitForStart();
        awaitReached("second");
        open("inside");
        r.waitForCompletion(first);
        assertTrue(
                simulator.tagsOf(AGENT_ID).stream().anyMatch("building"::equalsIgnoreCase),
                "the second block needs it");
        open("second");
        r.waitForCompletion(second);
        awaitNothingLeft();
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    private String inside(String latch) {
        return ScriptLatch.waitFor(latch + test);
    }

    private void open(String latch) {
        ScriptLatch.open(latch + test);
    }

    private void awaitReached(String latch) {
        ScriptLatch.awaitReached(latch + test);
    }

    private WorkflowRun startBlock(String script) throws Exception {
        WorkflowRun run = job(script).scheduleBuild2(0).waitForStart();
        awaitReached("inside");
        return run;
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script.replace("@INSIDE@", inside("inside")), false));
        return job;
    }

    private FreeStyleProject freestyle(CommandInterpreter shell) throws Exception {
        FreeStyleProject project = r.createFreeStyleProject();
        project.getBuildWrappersList().add(new DefenderTagWrapper(block()));
        project.getBuildersList().add(shell);
        return project;
    }

    private static WithDefenderTagStep block() {
        WithDefenderTagStep block = new WithDefenderTagStep("x");
        block.setMachine("build-07");
        return block;
    }

    private static void awaitNothingLeft() {
        await().until(() -> LeaseService.get().all().isEmpty());
    }
}
