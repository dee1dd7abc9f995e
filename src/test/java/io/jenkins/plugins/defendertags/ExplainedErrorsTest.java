package io.jenkins.plugins.defendertags;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.steps.DefenderTagBuilder;
import io.jenkins.plugins.defendertags.support.StatusLog;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;

/** What a build's log says of changes, of errors, and of long lists. */
@WithDefender
@Timeout(180)
class ExplainedErrorsTest {
    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    ExplainedErrorsTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void oneLineForEachChange() throws Exception {
        simulator.addMachine("2".repeat(40), "db-01.example.com");
        WorkflowRun run = r.buildAndAssertSuccess(
                job("defenderTag action: 'Add', value: 'build-agent', machines: ['build-07', 'db-01', 'DB-01']"));
        assertEquals(
                List.of(
                        "[defender] Added \"build-agent\" to build-07.example.com (1e5b…cc07): linux, build-agent (perhaps it was there before)",
                        "[defender] Added \"build-agent\" to db-01.example.com (2222…2222): build-agent (perhaps it was there before)"),
                lines(run));
    }

    @Test
    void entrasCode() throws Exception {
        SimulatedDefender.add(SimulatedDefender.credential("wrong", "wrong"));
        WorkflowRun run = fails("defenderTag action: 'Add', value: 'x', machine: 'build-07', credentialsId: 'wrong'");
        assertExplained(run, ErrorCode.AADSTS7000215);
        r.assertLogContains("ERROR: Sign-in to Entra failed", run);
        r.assertLogContains("[code AADSTS7000215, correlation ID ", run);
    }

    @Test
    void defendersCode() throws Exception {
        simulator.failNextApiCalls(Fault.defenderError(403, "Forbidden", "Missing application roles"));
        assertExplained(fails("defenderTag action: 'Add', value: 'x', machine: 'build-07'"), ErrorCode.FORBIDDEN);
        assertExplained(
                fails("defenderTag action: 'Add', value: 'x', machine: '" + "0".repeat(40) + "'"),
                ErrorCode.RESOURCE_NOT_FOUND);
    }

    @Test
    void whatThePluginItselfRefuses() throws Exception {
        assertExplained(
                fails("defenderTag action: 'Add', value: 'MDE-Management', machine: 'x'"),
                ErrorCode.NOT_ALLOWED_BY_POLICY);
        assertExplained(fails("defenderTag action: 'Add', value: 'x'"), ErrorCode.NO_AGENT);
        assertExplained(fails("node { defenderTag action: 'Add', value: 'x' }"), ErrorCode.NO_SENSOR);
        assertExplained(
                fails("defenderTag action: 'Add', value: 'x', machine: 'x', credentialsId: 'nobody'"),
                ErrorCode.NO_CREDENTIAL);
    }

    @Test
    void namesThatMeanNoMachineOrSeveral() throws Exception {
        simulator.addMachine("3".repeat(40), "twin.example.com");
        simulator.addMachine("4".repeat(40), "twin.example.com");
        assertExplained(fails("defenderTag action: 'Add', value: 'x', machine: 'nobody'"), ErrorCode.UNKNOWN_MACHINE);
        assertExplained(fails("defenderTag action: 'Add', value: 'x', machine: 'twin'"), ErrorCode.AMBIGUOUS_MACHINE);
    }

    @Test
    void eachOnceWhereTheBuildGoesOn() throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(
                Result.UNSTABLE,
                job("defenderTag action: 'Add', value: 'x', onError: 'UNSTABLE', machines: ['nobody', 'nothing', '"
                        + "0".repeat(40) + "', '" + AGENT_ID + "']"));
        assertExplained(run, ErrorCode.UNKNOWN_MACHINE, ErrorCode.RESOURCE_NOT_FOUND);
        assertEquals(Arrays.asList("UnknownMachine", "UnknownMachine", "ResourceNotFound", null), recordedTopics(run));

        simulator.failTokenRequests(Fault.answer(400, "application/json", "{\"error\":\"x\",\"error_codes\":[53003]}"));
        SimulatedDefender.add(SimulatedDefender.credential("other", "other"));
        WorkflowRun none = r.buildAndAssertSuccess(
                job("defenderTag action: 'Add', value: 'x', onError: 'CONTINUE', machines: ['a', 'b'],"
                        + " credentialsId: 'other'"));
        assertExplained(none, ErrorCode.AADSTS53003);
        assertEquals(List.of("AADSTS53003", "AADSTS53003"), recordedTopics(none));
    }

    private static List<String> recordedTopics(WorkflowRun run) {
        return run.getAction(DefenderTagsAction.class).getChanges().stream()
                .map(TagRecord::getErrorCode)
                .toList();
    }

    @Test
    void freestyleBuild() throws Exception {
        FreeStyleProject project = r.createFreeStyleProject();
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
        builder.setMachine("nobody");
        project.getBuildersList().add(builder);
        assertExplained(r.buildAndAssertStatus(Result.FAILURE, project), ErrorCode.UNKNOWN_MACHINE);
    }

    @Test
    void longListTellsHowFarItIs() throws Exception {
        List<String> ids = IntStream.range(0, 150)
                .mapToObj(i -> "%040x".formatted(i + 1))
                .peek(id -> simulator.addMachine(id, "m-" + id.substring(36)))
                .toList();
        simulator.answers().setBulkFault(Fault.defenderError(403, "Forbidden", "No bulk here."));
        DefenderConfiguration.get().setCallsPerMinute(10_000);
        DefenderConfiguration.get().setCallsPerHour(10_000);
        System.setProperty(StatusLog.class.getName() + ".interval", "20");
        simulator.setLatency(Duration.ofMillis(10));
        try {
            WorkflowRun run = r.buildAndAssertSuccess(
                    job("defenderTag action: 'Add', value: 'x', machines: ['" + String.join("', '", ids) + "']"));
            List<String> progress = lines(run).stream()
                    .filter(line -> line.endsWith(" of 150 machines done"))
                    .toList();
            assertFalse(progress.isEmpty(), JenkinsRule.getLog(run));
            assertTrue(progress.size() <= 10, progress::toString);
            assertEquals(
                    150,
                    lines(run).stream()
                            .filter(line -> line.startsWith("[defender] Added \"x\" to m-"))
                            .count());
        } finally {
            System.clearProperty(StatusLog.class.getName() + ".interval");
        }
    }

    private static List<String> lines(Run<?, ?> run) throws Exception {
        return JenkinsRule.getLog(run)
                .lines()
                .filter(line -> line.startsWith("[defender] "))
                .toList();
    }

    private static void assertExplained(Run<?, ?> run, ErrorCode... errorCodes) throws Exception {
        assertEquals(
                List.of(errorCodes).stream()
                        .map(errorCode -> "[defender] More about " + errorCode.code() + ": " + errorCode.url())
                        .toList(),
                lines(run).stream().filter(line -> line.contains("More about")).toList());
    }

    private WorkflowRun fails(String script) throws Exception {
        return r.buildAndAssertStatus(Result.FAILURE, job(script));
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
