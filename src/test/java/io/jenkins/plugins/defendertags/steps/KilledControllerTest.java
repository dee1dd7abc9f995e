package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.JenkinsProcess;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** A controller that is killed ({@code kill -9}) in the middle of steps, in processes of its own. {@code ./dev soak} does it at random. */
@Timeout(300)
class KilledControllerTest {

    private static final String UNDER_WAY = "1".repeat(40);
    private static final String NEW = "2".repeat(40);

    @RegisterExtension
    final RealJenkinsExtension jenkins = JenkinsProcess.create();

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    @Test
    void buildsGoOnAsIfNothingHadHappened() throws Throwable {
        simulator.addMachine(UNDER_WAY, "under-way.example.com");
        // Defender has made the change, but Jenkins does not hear of it.
        simulator.failNextApiCalls(Fault.silence().afterwards());
        jenkins.startJenkins();
        jenkins.runRemotely(SimulatedDefender::connectTo, simulator.url());
        jenkins.runRemotely(KilledControllerTest::build, "under-way", "machine: '" + UNDER_WAY + "'");
        await().until(() -> simulator.tagCalls() > 0);
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
}
