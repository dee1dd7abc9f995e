package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.Saveable;
import hudson.model.listeners.SaveableListener;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.ScriptLatch;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.SlowToSave;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.io.File;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.BuildWatcherExtension;

/** What is saved of a block and its tags, how often, and what becomes of what cannot be saved. */
@WithDefender
@Timeout(300)
class SavedBlockTest {

    @RegisterExtension
    static final BuildWatcherExtension BUILDS = new BuildWatcherExtension();

    private static final String PATIENCE = "io.jenkins.plugins.defendertags.leases.EndOfBlock.patience";
    private static final String BROKEN = """
            class Broken extends Exception {
              Object thing = new Object()
              Broken() { super('on purpose') }
            }
            """;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    SavedBlockTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @AfterEach
    void normalPatience() {
        System.clearProperty(PATIENCE);
    }

    /** While the block waits for the removal, the other branch has Pipeline save the build again and again. */
    @Test
    void resultAndExceptionThatCannotBeSavedArePassedOn() throws Exception {
        WorkflowRun run = start("""
                def isOver = false
                parallel block: {
                  def a = (withDefenderTag(value: 'x', machine: 'build-07') {
                    @LATCH@
                    new groovy.json.JsonSlurper().parseText('[{"a": 1}]')
                  })[0].a
                  echo "a is $a"
                  def caught = null
                  try {
                    withDefenderTag(value: 'y', machine: 'build-07', onError: 'CONTINUE') { throw new Broken() }
                  } catch (Broken x) {
                    caught = x.message
                  }
                  echo "caught $caught"
                  isOver = true
                }, other: {
                  while (!isOver) { sleep time: 100, unit: 'MILLISECONDS' }
                  echo 'other is over'
                }
                """.replace("@LATCH@", ScriptLatch.waitFor("result")) + BROKEN);
        ScriptLatch.awaitReached("result");
        System.setProperty(PATIENCE, "2000");
        simulator.failApiCalls(Fault.empty(503));
        ScriptLatch.open("result");
        r.waitForMessage("a is 1", run);
        simulator.recover();
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        r.assertLogContains("caught on purpose", run);
        r.assertLogContains("other is over", run);
        r.assertLogNotContains("NotSerializableException", run);
        await().until(() -> LeaseService.get().all().isEmpty());
    }

    @Test
    void exceptionThatCannotBeSavedFailsTheBuildAsItIs() throws Exception {
        WorkflowRun run = start("withDefenderTag(value: 'x', machine: 'build-07') { throw new Broken() }\n" + BROKEN);
        r.assertBuildStatus(Result.FAILURE, r.waitForCompletion(run));
        r.assertLogContains("on purpose", run);
        r.assertLogNotContains("NotSerializableException", run);
    }

    /** After a kill before that, the body goes on where it was saved last, and still needs its tag. */
    @Test
    void tagIsRemovedOnceTheEndOfTheBlockIsSaved() throws Exception {
        String slow = SlowToSave.class.getName();
        WorkflowRun run = start("def slow = new " + slow + "()\n"
                + "withDefenderTag(value: 'x', machine: 'build-07') { " + slow + ".begin() }\n"
                + "echo \"kept until here: ${slow != null}\"");
        SlowToSave.awaitReached();
        assertEquals(1, LeaseService.get().all().size());
        assertNull(LeaseService.get().all().get(0).ended(), "the block still needs it");
        assertEquals(List.of("linux", "x"), simulator.tagsOf(SimulatedDefender.AGENT_ID));
        SlowToSave.letGoOn();
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        await().until(() -> LeaseService.get().all().isEmpty());
        assertEquals(List.of("linux"), simulator.tagsOf(SimulatedDefender.AGENT_ID));
    }

    /** Counts how often builds are saved. */
    private static final class Saves extends SaveableListener {

        private final AtomicInteger builds = new AtomicInteger();

        @Override
        public void onChange(Saveable saved, XmlFile file) {
            if (saved instanceof Run) {
                builds.incrementAndGet();
            }
        }
    }

    @Test
    void manyTagsAreSavedTogether() throws Exception {
        DefenderConfiguration.get().setCallsPerMinute(10_000); // else it waits for minutes
        System.setProperty(PATIENCE, "120000");
        for (int i = 2; i <= 6; i++) {
            simulator.addMachine(String.valueOf(i).repeat(40), "m" + i + ".example.com");
        }
        Saves saves = new Saves();
        ExtensionList.lookup(SaveableListener.class).add(saves);
        WorkflowRun run = start("withDefenderTag(values: (1..100).collect { \"t$it\" },"
                + " machines: (2..6).collect { \"$it\" * 40 }) { " + ScriptLatch.waitFor("many") + " }");
        ScriptLatch.awaitReached("many");
        assertEquals(500, LeaseService.get().all().size());
        File files = new File(r.jenkins.getRootDir(), "defender-tags");
        await("one file for the block").until(() -> files.list().length == 1);
        ScriptLatch.open("many");
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        assertEquals(1_000, run.getAction(DefenderTagsAction.class).getChanges().size());
        assertTrue(LeaseService.get().all().isEmpty());
        await().until(() -> files.list().length == 0);
        ExtensionList.lookup(SaveableListener.class).remove(saves);
        assertTrue(saves.builds.get() < 100, () -> "1,000 changes, " + saves.builds + " times saved");
    }

    private WorkflowRun start(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, false));
        return job.scheduleBuild2(0).waitForStart();
    }
}
