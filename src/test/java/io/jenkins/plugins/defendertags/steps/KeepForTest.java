package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.FreeStyleProject;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.leases.Lease;
import io.jenkins.plugins.defendertags.leases.LeaseHolder;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** A tag that Jenkins removes after a time. */
@WithDefender
class KeepForTest {

    private static final String ADD = "defenderTag(action: 'Add', value: 'x', machine: '" + AGENT_ID + "'";
    private static final String REMOVE = "defenderTag(action: 'Remove', value: 'x', machine: '" + AGENT_ID + "')";

    private static final String BLOCK = "withDefenderTag(value: 'x', machine: '" + AGENT_ID + "') { %s }";
    private static final String OTHER_ID = "2".repeat(40);

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    KeepForTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void leaseHoldsTheTagUntilTheTimeIsOver() throws Exception {
        Instant before = Instant.now();
        WorkflowRun run = build(ADD + ", keepFor: '24h')");
        r.assertLogContains("[defender] Jenkins will remove \"x\" from build-07.example.com (1e5b…cc07) at ", run);
        Lease lease = onlyLease();
        Instant until = until(lease);
        assertFalse(until.isBefore(before.plus(Duration.ofHours(24))), until::toString);
        assertFalse(until.isAfter(Instant.now().plus(Duration.ofHours(24))), until::toString);
        assertTrue(lease.added());
        assertEquals(run.getExternalizableId(), lease.holder().build());
        await("it is on disk").until(() -> new File(r.jenkins.getRootDir(), "defender-tags").list().length == 1);
        assertEquals(until.toEpochMilli(), keptUntil(run), "the record has it, too");
        LeaseService.get().retryDue();
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
        run.getParent().delete();
        LeaseService.get().retryDue();
        assertEquals(until, until(onlyLease()), "job and build are not needed any more");

        LeaseService.get().release(lease.holder().id(), line -> {});
        awaitNothingLeft();
    }

    @Test
    void sameJobMovesTheEndAndAnotherJobDoesNot() throws Exception {
        WorkflowJob job = job(ADD + ", keepFor: '24h')");
        r.buildAndAssertSuccess(job);
        Instant first = until(onlyLease());
        job.setDefinition(new CpsFlowDefinition(ADD + ", keepFor: '30m')", true));
        r.buildAndAssertSuccess(job);
        Lease sooner = onlyLease();
        assertTrue(until(sooner).isBefore(first), "sooner");
        job.setDefinition(new CpsFlowDefinition(ADD + ", keepFor: '7d')", true));
        r.buildAndAssertSuccess(job);
        Lease later = onlyLease();
        assertTrue(until(later).isAfter(first), "later");

        build(ADD + ", keepFor: '1m')");
        assertEquals(2, leases().size(), "another job cannot make it shorter");
        Lease other = leases().stream()
                .filter(lease -> !lease.id().equals(later.id()))
                .findFirst()
                .orElseThrow();
        LeaseService.get().release(other.holder().id(), line -> {}).get();
        assertEquals(List.of(later), leases());
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void removeEndsTheTimeAndSaysSo() throws Exception {
        build(ADD + ", keepFor: '24h')");
        WorkflowRun run = build(REMOVE);
        r.assertLogContains("[defender] Removing \"x\" from ", run);
        r.assertLogContains(", although a step with keepFor (until ", run);
        assertEquals(List.of(), leases());
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        assertEquals(
                List.of("Add x", "Remove x"), simulator.machines().get(AGENT_ID).changes());
    }

    @Test
    void addWithoutATimeKeepsTheTagForGood() throws Exception {
        build(ADD + ", keepFor: '24h')");
        build(ADD + ")");
        assertEquals(List.of(), leases());
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void dryRunsEndNothing() throws Exception {
        build(ADD + ", keepFor: '24h')");
        Lease lease = onlyLease();
        build(ADD + ", dryRun: true)");
        build(ADD + ", keepFor: '1m', dryRun: true)");
        build(REMOVE.replace(")", ", dryRun: true)"));
        assertEquals(List.of(lease), leases());
    }

    @Test
    void tagThatWasThereStays() throws Exception {
        simulator.addMachine(AGENT_ID, "build-07.example.com", "x");
        WorkflowRun run = build(ADD + ", keepFor: '24h')");
        r.assertLogContains(" has \"x\" already. Jenkins did not add it, and so will not remove it.", run);
        assertNull(keptUntil(run));
        assertFalse(onlyLease().added());
        LeaseService.get().release(onlyLease().holder().id(), line -> {}).get();
        await().until(() -> leases().isEmpty());
        assertEquals(List.of("x"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void blockAndTimeShareTheTag() throws Exception {
        WorkflowRun run =
                build("withDefenderTag(value: 'x', machine: '" + AGENT_ID + "') { " + ADD + ", keepFor: '24h') }");
        r.assertLogContains("because another block, an agent or a step with keepFor still needs it", run);
        assertTrue(onlyLease().holder() instanceof LeaseHolder.Time);
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void addInsideABlockMakesTheTagStay() throws Exception {
        r.assertLogContains(
                "[defender] \"x\" will stay on build-07.example.com (1e5b…cc07): a block that added it will not remove it",
                build(BLOCK.formatted(ADD + ")")));
        await().until(() -> leases().isEmpty());
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
        build(BLOCK.formatted("echo 'inside'"));
        await().until(() -> leases().isEmpty());
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID), "another block finds it there");
    }

    @Test
    void dryRunInsideABlockChangesNothing() throws Exception {
        build(BLOCK.formatted(ADD + ", dryRun: true)"));
        awaitNothingLeft();
    }

    @Test
    void removeInsideABlockSaysThatItHoldsTheTag() throws Exception {
        r.assertLogContains(
                "[defender] Removing \"x\" from build-07.example.com (1e5b…cc07), although a block needs it",
                build(BLOCK.formatted(REMOVE)));
        awaitNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lastRequestDecidesOverATagThatJenkinsWasStillToRemove(boolean add) throws Exception {
        WorkflowRun run = job("withDefenderTag(value: 'x', machine: '" + AGENT_ID + "') { sleep 600 }")
                .scheduleBuild2(0)
                .waitForStart();
        r.waitForMessage("Sleeping for", run);
        simulator.grantRoles("Machine.Read.All");
        simulator.revokeTokens();
        run.doStop();
        r.waitForCompletion(run);
        await().until(() -> LeaseService.get().stuck().size() == 1);
        simulator.grantRoles("Machine.ReadWrite.All");
        simulator.revokeTokens();

        build(add ? ADD + ")" : REMOVE);
        assertEquals(List.of(), leases());
        LeaseService.get().retryDue();
        assertEquals(add ? List.of("linux", "x") : List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void abortBeforeTheAddLeavesNeitherTagNorLease() throws Exception {
        simulator.failNextApiCalls(Fault.silence());
        WorkflowRun run = job(ADD + ", keepFor: '24h')").scheduleBuild2(0).waitForStart();
        await().until(() -> simulator.apiCalls() > 0);
        run.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(run));
        await().until(() -> !LeaseService.get()
                .isHeld(new MachineId(AGENT_ID), new Tag("x"))); // although Defender has not answered yet
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void abortWhileAddingRemovesTheTagAgain(boolean onSeveralMachines) throws Exception {
        DefenderConfiguration.get().setRequestTimeout(3);
        simulator.addMachine(OTHER_ID, "db-01.example.com");
        // The machine is read before; the tag call is answered to nobody, though it has been made.
        simulator.answers().setFault(Fault.silence().afterwards());
        WorkflowRun run = job(onSeveralMachines
                        ? "defenderTag(action: 'Add', value: 'x', machines: ['" + AGENT_ID + "', '" + OTHER_ID
                                + "'], keepFor: '24h')"
                        : ADD + ", keepFor: '24h')")
                .scheduleBuild2(0)
                .waitForStart();
        await().until(() -> simulator.tagCalls() > 0);
        await().until(() -> simulator.tagsOf(AGENT_ID).contains("x"));
        assertFalse(leases().isEmpty(), "the note is on disk before the tag is added");
        run.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(run));
        r.assertLogContains("Given up while waiting for Defender's answer. Defender may have made the change", run);
        simulator.answers().setFault(null);
        awaitNothingLeft();
        assertEquals(List.of(), simulator.tagsOf(OTHER_ID));
    }

    @Test
    void failedAddLeavesNoLease() throws Exception {
        simulator.grantRoles("Machine.Read.All");
        r.buildAndAssertStatus(Result.FAILURE, job(ADD + ", keepFor: '24h')"));
        await().until(() -> leases().isEmpty());
        r.buildAndAssertSuccess(job(ADD + ", keepFor: '24h', onError: 'CONTINUE')"));
        await().until(() -> leases().isEmpty());
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            keepFor: '0'                              | keepFor "0" cannot be used. Give a number with m, h or d, from 1m to 365d, such as 30m, 4h or 7d.
            keepFor: '0h'                             | keepFor "0h" cannot be used.
            keepFor: '10y'                            | keepFor "10y" cannot be used.
            keepFor: '-1h'                            | keepFor "-1h" cannot be used.
            keepFor: '1.5h'                           | keepFor "1.5h" cannot be used.
            keepFor: '366d'                           | keepFor "366d" cannot be used.
            keepFor: '999999999999999999999d'         | keepFor "999999999999999999999d" cannot be used.
            keepFor: '24 hours'                       | keepFor "24 hours" cannot be used.
            keepFor: '24H'                            | keepFor "24H" cannot be used.
            keepFor: 24                               | keepFor is the number 24. Write it as a string: '24'.
            keepFor: null                             | keepFor is null, most likely because a variable is not set. Set it, or leave keepFor out.
            keepFor: ''                               | keepFor is empty
            keepFor: '1h', action: 'Remove'           | keepFor is given with the action Remove. It works with Add only: leave it out to remove the tag now.
            keepFor: '1h', waitForMachine: 60         | keepFor is 60 minutes and waitForMachine is 60. Give a longer time: it begins before the machine is known.
            keepfor: '1h'                             | defenderTag has no parameter keepfor. Did you mean keepFor?
            keepFor: '1h', machines: (1..501).collect { "m-$it" } | keepFor is given for 501 machines. Split the list
            """)
    void badInputIsOneLineAndNothingIsSent(String arguments, String message) throws Exception {
        String script = "defenderTag(value: 'x', " + arguments
                + (arguments.contains("action:") ? "" : ", action: 'Add'")
                + (arguments.contains("machines:") ? "" : ", machine: '" + AGENT_ID + "'") + ")";
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job(script));
        r.assertLogContains("ERROR: " + message, run);
        assertEquals(List.of(), simulator.requests());
        WorkflowRun block = r.buildAndAssertStatus(
                Result.FAILURE, job("withDefenderTag(value: 'x', machine: 'a', keepFor: '1h') { }"));
        r.assertLogContains("ERROR: withDefenderTag has no parameter keepFor.", block);
    }

    @Test
    void buildStepHasItToo() throws Exception {
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
        builder.setMachine(AGENT_ID);
        builder.setKeepFor("${HOURS}h");
        FreeStyleProject project = r.createFreeStyleProject();
        project.getBuildersList().add(builder);
        project.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("HOURS", "24")));
        r.configRoundtrip(project);
        r.buildAndAssertSuccess(project);
        assertTrue(until(onlyLease()).isAfter(Instant.now().plus(Duration.ofHours(23))));
    }

    @Test
    void formAndSnippetKnowIt() throws Exception {
        DefenderTagStep step = new DefenderTagStep("Add", "quarantine");
        step.setMachine("build-07");
        step.setKeepFor("24h");
        step.setAllowEmpty(true);
        new SnippetizerTester(r)
                .assertRoundTrip(
                        step,
                        "defenderTag action: 'Add', allowEmpty: true, keepFor: '24h', machine: 'build-07', value: 'quarantine'");
        r.assertEqualDataBoundBeans(step, new StepConfigTester(r).configRoundTrip(step));
    }

    @CheckForNull
    private static Long keptUntil(WorkflowRun run) {
        return run.getAction(DefenderTagsAction.class).getChanges().get(0).getKeptUntil();
    }

    private void awaitNothingLeft() {
        await().until(() -> leases().isEmpty());
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    private static List<Lease> leases() {
        return LeaseService.get().all();
    }

    private static Lease onlyLease() {
        assertEquals(1, leases().size(), () -> leases().toString());
        return leases().get(0);
    }

    private static Instant until(Lease lease) {
        return ((LeaseHolder.Time) lease.holder()).until();
    }

    private WorkflowRun build(String script) throws Exception {
        return r.buildAndAssertSuccess(job(script));
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
