package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleProject;
import hudson.tasks.Shell;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.io.File;
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

/** A controller that is killed ({@code kill -9}) while blocks hold tags. */
@Timeout(600)
class KilledBlockTest {

    private static final String ADDING = "1".repeat(40);
    private static final String INSIDE = "2".repeat(40);
    private static final String FREESTYLE = "3".repeat(40);
    private static final String NOT_RESUMED = "4".repeat(40);
    private static final String REMOVING = "5".repeat(40);

    @RegisterExtension
    final RealJenkinsExtension jenkins = new RealJenkinsExtension();

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    @Test
    void noTagIsLeft() throws Throwable {
        for (String id : List.of(ADDING, INSIDE, FREESTYLE, NOT_RESUMED, REMOVING)) {
            simulator.addMachine(id, "m" + id.charAt(0) + ".example.com", "before");
        }
        jenkins.startJenkins();
        jenkins.runRemotely(KilledControllerTest::connect, simulator.url());
        jenkins.runRemotely(KilledBlockTest::buildPipeline, "inside", INSIDE, "sleep 120");
        jenkins.runRemotely(KilledBlockTest::buildFreestyle, FREESTYLE);
        jenkins.runRemotely(KilledBlockTest::buildPipeline, "not-resumed", NOT_RESUMED, "sleep 600");
        for (String id : List.of(INSIDE, FREESTYLE, NOT_RESUMED)) {
            awaitTags(id, List.of("before", "x"));
        }
        // Defender does not answer the removal, which is the third call.
        long tagCalls = simulator.tagCalls();
        simulator.failNextApiCalls(Fault.drip(1), Fault.drip(1), Fault.silence());
        jenkins.runRemotely(KilledBlockTest::buildPipeline, "removing", REMOVING, "echo 'inside'");
        // Two calls that drip take a request timeout each, and the queue pauses after them.
        await().atMost(LONG).until(() -> simulator.tagCalls() >= tagCalls + 2);
        // Defender has added the tag, but Jenkins does not hear of it: the first call looks at the machine.
        simulator.failNextApiCalls(Fault.drip(1), Fault.silence().afterwards());
        jenkins.runRemotely(KilledBlockTest::buildPipeline, "adding", ADDING, "echo 'inside'");
        awaitTags(ADDING, List.of("before", "x"));
        jenkins.runRemotely(KilledBlockTest::awaitSaved);

        jenkins.stopJenkinsForcibly();
        new File(jenkins.getHome(), "jobs/not-resumed/builds/1/program.dat").delete();
        jenkins.startJenkins();

        for (String id : List.of(ADDING, INSIDE, FREESTYLE, NOT_RESUMED, REMOVING)) {
            awaitTags(id, List.of("before"));
        }
        jenkins.runRemotely(KilledBlockTest::assertSuccess, "adding");
        jenkins.runRemotely(KilledBlockTest::assertSuccess, "removing");
        jenkins.runRemotely(KilledBlockTest::assertSuccess, "inside");
        // Defender has made the last removal a moment before Jenkins hears of it.
        await().until(() -> leases().isEmpty());
    }

    private static final Duration LONG = Duration.ofMinutes(4);

    private List<String> leases() {
        return List.of(new File(jenkins.getHome(), "defender-tags").list());
    }

    private void awaitTags(String id, List<String> tags) {
        await().atMost(LONG).until(() -> simulator.tagsOf(id).equals(tags));
    }

    /** Waits until Pipeline has saved every build as it is now. */
    private static void awaitSaved(JenkinsRule r) throws Throwable {
        for (WorkflowJob job : r.jenkins.allItems(WorkflowJob.class)) {
            ((CpsFlowExecution) job.getBuildByNumber(1).getExecution()).waitForSuspension();
        }
    }

    private static void buildPipeline(JenkinsRule r, String name, String machine, String body) throws Throwable {
        WorkflowJob job = r.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(
                "withDefenderTag(value: 'x', machine: '" + machine + "') { " + body + " }", true));
        job.scheduleBuild2(0).waitForStart();
    }

    private static void buildFreestyle(JenkinsRule r, String machine) throws Throwable {
        WithDefenderTagStep block = new WithDefenderTagStep("x");
        block.setMachine(machine);
        FreeStyleProject project = r.createFreeStyleProject("freestyle");
        project.getBuildWrappersList().add(new DefenderTagWrapper(block));
        project.getBuildersList().add(new Shell("sleep 180"));
        project.scheduleBuild2(0).waitForStart();
    }

    private static void assertSuccess(JenkinsRule r, String name) throws Throwable {
        WorkflowRun run = r.jenkins.getItemByFullName(name, WorkflowJob.class).getBuildByNumber(1);
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        String log = JenkinsRule.getLog(run);
        assertTrue(
                log.contains("[defender] Removed \"x\"") || log.contains("[defender] Jenkins will remove \"x\""), log);
    }
}
