package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.ScriptLatch;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.BuildWatcherExtension;

/** Which tags a machine has before, in and after a block. {@link StuckRemovalTest} has those that could not be removed. */
@WithDefender
@Timeout(180)
class WithDefenderTagStepTest {

    @RegisterExtension
    static final BuildWatcherExtension BUILDS = new BuildWatcherExtension();

    private static final String OTHER_ID = "2".repeat(40);

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    WithDefenderTagStepTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void setUp() throws Exception {
        simulator.addMachine(OTHER_ID, "db-01.example.com");
    }

    @Test
    void agentHasTheTagForTheTimeOfTheBlock() throws Exception {
        SimulatedDefender.agent(r, folder);
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                node('agent') {
                  def answer = withDefenderTag('building') {
                    echo "tags: ${defenderTag(action: 'Add', value: 'linux').machineTags}"
                    42
                  }
                  echo "answer: $answer"
                }
                """));
        r.assertLogContains("[defender] Added \"building\" to build-07.example.com (1e5b…cc07): linux, building", run);
        r.assertLogContains("tags: [linux, building]", run);
        r.assertLogContains("[defender] Removed \"building\" from build-07.example.com (1e5b…cc07): linux", run);
        r.assertLogContains("answer: 42", run);
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        assertNothingLeft();
        List<TagRecord> changes = run.getAction(DefenderTagsAction.class).getChanges();
        TagRecord removal = changes.get(changes.size() - 1);
        assertEquals("Remove", removal.getAction());
        assertEquals("agent", removal.getNode());
        assertTrue(removal.isSuccess());
    }

    @Test
    void severalTagsAndMachinesAtOnce() throws Exception {
        WorkflowRun run = r.buildAndAssertSuccess(
                job("withDefenderTag(values: ['a', 'b', 'a'], machines: ['build-07', 'db-01']) {"
                        + " defenderTag action: 'Add', value: 'seen', machine: 'db-01' }"));
        assertEquals(
                List.of("Add a", "Add b", "Add seen", "Remove a", "Remove b"),
                simulator.machines().get(OTHER_ID).changes().stream().sorted().toList());
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        assertEquals(List.of("seen"), simulator.tagsOf(OTHER_ID));
        assertEquals(9, run.getAction(DefenderTagsAction.class).getChanges().size());
        assertNothingLeft();
    }

    /** If the machines lose their tags in different orders, hardly any removals are merged. */
    @Test
    void removalOfManyTagsFromSeveralMachinesIsOneCallForEachTag() throws Exception {
        List<String> machines = Stream.of("3", "4", "5", "6", "7")
                .map(digit -> digit.repeat(40))
                .peek(id -> simulator.addMachine(id, "m" + id.charAt(0) + ".example.com"))
                .toList();
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(
                "withDefenderTag(values: (1..20).collect { \"t$it\" }, machines: ['" + String.join("', '", machines)
                        + "']) { " + ScriptLatch.waitFor("many tags") + " }",
                false));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        ScriptLatch.awaitReached("many tags");
        long before = simulator.tagCalls();
        ScriptLatch.open("many tags");
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        machines.forEach(id -> assertEquals(List.of(), simulator.tagsOf(id)));
        assertEquals(20, simulator.tagCalls() - before);
    }

    @Test
    void removedWhateverEndsTheBlock() throws Exception {
        String block = "withDefenderTag(value: 'x', machine: 'build-07')";
        r.buildAndAssertStatus(Result.FAILURE, job(block + " { error 'no' }"));
        assertNothingLeft();
        r.buildAndAssertStatus(
                Result.ABORTED, job("timeout(time: 3, unit: 'SECONDS') { " + block + " { sleep 600 } }"));
        assertNothingLeft();
        r.buildAndAssertSuccess(job(block + " { catchError(buildResult: null) { error 'no' } }"));
        assertNothingLeft();
        r.buildAndAssertStatus(
                Result.FAILURE,
                job("parallel a: { " + block + " { sleep 600 } }, b: { sleep 2; error 'no' }," + " failFast: true"));
        assertNothingLeft();

        WorkflowRun aborted = job(block + " { sleep 600 }").scheduleBuild2(0).waitForStart();
        r.waitForMessage("[defender] Added", aborted);
        r.waitForMessage("Sleeping for", aborted);
        aborted.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(aborted));
        assertNothingLeft();

        WorkflowRun killed = job(block + " { sleep 600 }").scheduleBuild2(0).waitForStart();
        r.waitForMessage("Sleeping for", killed);
        killed.doKill();
        r.waitForCompletion(killed);
        awaitNothingLeft();
        assertEquals(
                List.of("Add x", "Remove x"),
                simulator.machines().get(AGENT_ID).changes().stream()
                        .distinct()
                        .filter(change -> change.endsWith(" x"))
                        .toList());
        assertEquals(
                6,
                simulator.machines().get(AGENT_ID).changes().stream()
                        .filter("Remove x"::equals)
                        .count());
    }

    @Test
    void agentMayBeGoneByThen() throws Exception {
        DumbSlave agent = SimulatedDefender.agent(r, folder);
        WorkflowRun run = job("node('agent') { withDefenderTag('x') { sleep 600 } }")
                .scheduleBuild2(0)
                .waitForStart();
        r.waitForMessage("Sleeping for", run);
        agent.toComputer().disconnect(null).get();
        r.jenkins.removeNode(agent);
        run.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(run));
        assertNothingLeft();
    }

    @Test
    void tagThatWasThereStays() throws Exception {
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                withDefenderTag(value: 'LINUX', machine: 'build-07') {
                  withDefenderTag(value: 'linux', machine: 'build-07') { echo 'inside' }
                }
                """));
        r.assertLogContains("[defender] build-07.example.com (1e5b…cc07) has \"LINUX\" already: linux", run);
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        assertEquals(0, simulator.tagCalls());
        assertNothingLeft();
    }

    @Test
    void nestedBlocksShareTheTag() throws Exception {
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                withDefenderTag(value: 'x', machine: 'build-07') {
                  withDefenderTag(value: 'x', machine: 'build-07') {
                    withDefenderTag(value: 'x', machine: 'db-01') { echo 'inside' }
                  }
                  def m = defenderTag(action: 'Add', value: 'between', machine: 'build-07')
                  echo "between: ${m.machineTags}"
                }
                """));
        r.assertLogContains("[defender] Left \"x\" on build-07.example.com (1e5b…cc07), because another block", run);
        r.assertLogContains("between: [linux, x, between]", run);
        assertEquals(List.of("linux", "between"), simulator.tagsOf(AGENT_ID));
        assertEquals(List.of(), simulator.tagsOf(OTHER_ID));
        assertNothingLeft();
    }

    @Test
    void buildsShareTheTagAndTheLastRemovesIt() throws Exception {
        WorkflowJob longer = job("withDefenderTag(value: 'x', machine: 'build-07') { sleep 600 }");
        WorkflowRun first = longer.scheduleBuild2(0).waitForStart();
        r.waitForMessage("Sleeping for", first);
        WorkflowRun second = longer.scheduleBuild2(0).waitForStart();
        r.waitForMessage("Sleeping for", second);
        first.doStop();
        r.waitForCompletion(first);
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID), "the second build needs it");
        second.doStop();
        r.waitForCompletion(second);
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        assertNothingLeft();
    }

    @Test
    void manyBlocksAtOnceLeaveNothing() throws Exception {
        DefenderConfiguration.get().setCallsPerMinute(10_000); // else it waits for minutes
        r.buildAndAssertSuccess(job("""
                def all = [:]
                for (int i = 0; i < 20; i++) {
                  int n = i
                  all["$n"] = { for (int j = 0; j < 3; j++) {
                    withDefenderTag(value: 'x', machine: 'build-07') {
                      def m = defenderTag(action: 'Add', value: 'seen', machine: 'build-07')
                      if (!m.machineTags.contains('x')) { error "gone in $n: ${m.machineTags}" }
                    }
                  } }
                }
                parallel all
                """));
        assertEquals(List.of("linux", "seen"), simulator.tagsOf(AGENT_ID));
        assertNothingLeft();
    }

    @Test
    void abortWhileAddingLeavesNothing() throws Exception {
        DefenderConfiguration.get().setRequestTimeout(3);
        // The first call looks at the machine; the second makes the change, but nobody hears of it.
        simulator.failNextApiCalls(Fault.drip(1), Fault.silence().afterwards());
        WorkflowRun run = job("withDefenderTag(value: 'x', machine: '" + AGENT_ID + "') { error 'not reached' }")
                .scheduleBuild2(0)
                .waitForStart();
        await().until(() -> simulator.tagCalls() > 0);
        run.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(run));
        awaitNothingLeft();
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void failedAddFailsTheBlockBeforeItBegins() throws Exception {
        simulator.grantRoles("Machine.Read.All");
        WorkflowRun run = r.buildAndAssertStatus(
                Result.FAILURE, job("withDefenderTag(value: 'x', machine: 'build-07') { echo 'inside' }"));
        r.assertLogNotContains("inside", run);
        r.assertLogContains("ERROR: Defender answered HTTP 403", run);
        assertNothingLeft(); // the machine was looked at, and does not have it

        run = r.buildAndAssertStatus(
                Result.UNSTABLE,
                job("withDefenderTag(value: 'x', machine: 'build-07', onError: 'UNSTABLE') { echo 'inside' }"));
        r.assertLogContains("inside", run);
        assertNothingLeft();
    }

    @Test
    void policyIsAskedBeforeTheBlock() throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(
                Result.FAILURE, job("withDefenderTag(value: 'MDE-Management', machine: 'build-07') { echo 'inside' }"));
        r.assertLogContains("rule 1, deny MDE-Management", run);
        assertEquals(0, simulator.requests().size());
        for (String bad : List.of(
                "value: 'x', values: ['y']",
                "values: []",
                "value: ' '",
                "values: ['a', 'b\\nc']",
                "values: (1..501).collect { \"t$it\" }")) {
            run = r.buildAndAssertStatus(
                    Result.FAILURE, job("withDefenderTag(" + bad + ", machine: 'build-07') { echo 'inside' }"));
            assertFalse(JenkinsRule.getLog(run).contains("\tat "), "one line for " + bad);
        }
        r.buildAndAssertSuccess(
                job("withDefenderTag(value: 'x', machine: 'build-07', dryRun: true) { echo 'inside' }"));
        assertEquals(0, simulator.tagCalls());
        assertNothingLeft();
    }

    @Test
    void formAndSnippetKnowOneTagAndSeveral() throws Exception {
        SnippetizerTester snippets = new SnippetizerTester(r);
        WithDefenderTagStep one = new WithDefenderTagStep("building");
        snippets.assertRoundTrip(one, "withDefenderTag('building') {\n    // some block\n}");
        r.assertEqualDataBoundBeans(one, new StepConfigTester(r).configRoundTrip(one));
        WithDefenderTagStep several = new WithDefenderTagStep(null);
        several.setValues(List.of("a", "b"));
        several.setMachine("build-07");
        snippets.assertRoundTrip(
                several, "withDefenderTag(machine: 'build-07', values: ['a', 'b']) {\n    // some block\n}");
        r.assertEqualDataBoundBeans(several, new StepConfigTester(r).configRoundTrip(several));
    }

    private static void awaitNothingLeft() {
        await().until(() -> LeaseService.get().all().isEmpty());
    }

    private static void assertNothingLeft() {
        assertEquals(List.of(), LeaseService.get().all());
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
