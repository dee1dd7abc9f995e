package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Result;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * The deadline of a step ends whatever it waits for. Each read and change by itself could wait for an hour here, so a build that
 * ends shows that it shares the deadline of its step.
 */
@WithDefender
class StepDeadlineTest {

    private static final String TIME = "io.jenkins.plugins.defendertags.tagging.OperationDeadline.time";

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    StepDeadlineTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void shorten() {
        System.setProperty(TIME, "2000");
    }

    @AfterEach
    void restore() {
        System.clearProperty(TIME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "defenderTag(action: 'Add', value: 'x', machine: 'build-07')",
                "defenderTag(action: 'Add', value: 'x', machine: '" + AGENT_ID + "')",
                "defenderTag(action: 'Add', value: 'x', machine: '" + AGENT_ID + "', dryRun: true)",
                "defenderTag(action: 'Add', value: 'x', machine: '" + AGENT_ID + "', keepFor: '1h')",
                "withDefenderTag(value: 'x', machine: '" + AGENT_ID + "') { error 'not reached' }",
                "defenderMachines(machine: 'build-07')",
                "defenderMachines(machine: '" + AGENT_ID + "')",
                "defenderMachines(tag: 'linux')"
            })
    void endsWhateverWaitsForDefender(String step) throws Exception {
        simulator.failApiCalls(Fault.empty(503));
        assertGivenUp(job(step));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "defenderTag(action: 'Add', value: 'x', machine: 'build-07')",
                "defenderTag(action: 'Add', value: 'x', machine: 'build-07', keepFor: '1h')",
                "withDefenderTag(value: 'x', machine: 'build-07') { error 'not reached' }"
            })
    void endsTheChangeAfterMachinesWereRead(String step) throws Exception {
        simulator.answers().setFault(Fault.empty(503));
        assertGivenUp(job(step));
    }

    private void assertGivenUp(WorkflowJob job) throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job);
        r.assertLogContains("ERROR: Given up after 2 seconds. The last error: Defender answered HTTP 503", run);
        assertNothingLeft();
    }

    @Test
    void blockThatGoesOnWithoutItsTagHoldsNothing() throws Exception {
        simulator.failApiCalls(Fault.empty(503));
        WorkflowRun run = r.buildAndAssertSuccess(
                job("withDefenderTag(value: 'x', machine: '" + AGENT_ID + "', onError: 'CONTINUE') { echo 'inside' }"));
        r.assertLogContains("Given up after 2 seconds", run);
        r.assertLogContains("inside", run);
        assertNothingLeft();
    }

    private void assertNothingLeft() {
        simulator.failApiCalls(null);
        simulator.answers().setFault(null);
        await().until(() -> LeaseService.get().all().isEmpty());
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
