package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.Run;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.tagging.OnError;
import io.jenkins.plugins.defendertags.testing.Commands;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.BuildWatcherExtension;

/** Blocks that begin while every call of Defender's API is answered with 503, and go on before the outage ends. */
@WithDefender
@Timeout(180)
class BlockInOutageTest {

    @RegisterExtension
    static final BuildWatcherExtension BUILDS = new BuildWatcherExtension();

    private static final String DEADLINE_MINUTE = DefenderConfiguration.class.getName() + ".deadlineMinute";
    private static final String PATIENCE = "io.jenkins.plugins.defendertags.leases.EndOfBlock.patience";

    private static final String NAME = "build-07";
    private static final String GIVEN_UP = "Given up after 3 seconds. The last error: Defender answered HTTP 503";

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    BlockInOutageTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void shortTimes() {
        System.setProperty(DEADLINE_MINUTE, "3000");
        System.setProperty(PATIENCE, "500");
        DefenderConfiguration.get().setDeadline(1);
    }

    @AfterEach
    void normalTimes() {
        System.clearProperty(DEADLINE_MINUTE);
        System.clearProperty(PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {NAME, AGENT_ID})
    void beginsWithoutTheTagAtItsDeadline(String machine) throws Exception {
        outage();
        WorkflowRun run = r.buildAndAssertSuccess(job(machine, OnError.CONTINUE));
        r.assertLogContains(GIVEN_UP, run);
        r.assertLogContains("inside", run);
        assertNothingChanged();
    }

    @ParameterizedTest
    @ValueSource(strings = {NAME, AGENT_ID})
    void failsAtItsDeadline(String machine) throws Exception {
        outage();
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job(machine, OnError.FAIL));
        r.assertLogContains("ERROR: " + GIVEN_UP, run);
        r.assertLogNotContains("inside", run);
        assertNothingChanged();
    }

    @Test
    void freestyleBuildBeginsOrFailsAtItsDeadline() throws Exception {
        DumbSlave agent = SimulatedDefender.agent(r, folder);
        outage();
        r.assertLogContains(GIVEN_UP, r.buildAndAssertSuccess(freestyle(agent, OnError.CONTINUE)));
        r.assertLogContains(GIVEN_UP, r.buildAndAssertStatus(Result.FAILURE, freestyle(agent, OnError.FAIL)));
        assertNothingChanged();
    }

    /** The block before it added the agent's tag, and Jenkins could not remove it yet. */
    @ParameterizedTest
    @ValueSource(strings = {"CONTINUE", "FAIL"})
    void takesOverTheTagOfABlockBeforeIt(OnError onError) throws Exception {
        DumbSlave agent = SimulatedDefender.agent(r, folder);
        FreeStyleProject first = freestyle(agent, OnError.FAIL);
        first.getBuildersList().add(Commands.await(folder.resolve("go-on").toString()));
        FreeStyleBuild ending = first.scheduleBuild2(0).waitForStart();
        r.waitForMessage("[defender] Added", ending);
        outage();
        Files.createFile(folder.resolve("go-on"));
        r.assertBuildStatusSuccess(r.waitForCompletion(ending));
        r.assertLogContains("[defender] Jenkins will remove \"x\"", ending);

        Result expected = onError == OnError.FAIL ? Result.FAILURE : Result.SUCCESS;
        Run<?, ?> next = r.buildAndAssertStatus(expected, job(AGENT_ID, onError));
        r.assertLogContains(GIVEN_UP, next);
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
        simulator.recover();
        await().until(() -> LeaseService.get().all().isEmpty());
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    private void outage() {
        simulator.failApiCalls(Fault.empty(503));
    }

    private void assertNothingChanged() {
        assertEquals(List.of(), LeaseService.get().find(lease -> lease.ended() == null));
        simulator.recover();
        await().until(() -> LeaseService.get().all().isEmpty());
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    private WorkflowJob job(String machine, OnError onError) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(
                "withDefenderTag(value: 'x', machine: '" + machine + "', onError: '" + onError + "') { echo 'inside' }",
                true));
        return job;
    }

    private FreeStyleProject freestyle(DumbSlave agent, OnError onError) throws Exception {
        WithDefenderTagStep block = new WithDefenderTagStep("x");
        block.setOnError(onError.name());
        FreeStyleProject project = r.createFreeStyleProject();
        project.setAssignedNode(agent);
        project.getBuildWrappersList().add(new DefenderTagWrapper(block));
        return project;
    }
}
