package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.actions.WarningAction;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;

@WithDefender
@Timeout(180)
class OnErrorTest {

    private static final String UNKNOWN = "0".repeat(40);

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    OnErrorTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @ParameterizedTest
    @CsvSource({"UNSTABLE,UNSTABLE", "CONTINUE,SUCCESS"})
    void pipelineGoesOnWithAWarningOnItsGraph(String onError, String result) throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(Result.fromString(result), job("""
                def m = defenderTag action: 'Add', value: 'x', machine: '%1$s', onError: '%2$s'
                echo "single: ${m.id} ${m.error}"
                def all = defenderTag action: 'Add', value: 'y', machines: ['build-07', 'nobody'], onError: '%2$s'
                echo "all: ${all[0].machineTags} ${all[1].name} ${all[1].error}"
                defenderTag action: 'Add', value: 'z', machine: 'build-07', onError: '%2$s'
                """.formatted(UNKNOWN, onError)));
        r.assertLogContains("single: " + UNKNOWN + " Defender does not know the machine " + UNKNOWN, run);
        r.assertLogContains("all: [linux, y] nobody No machine in Defender has the host name \"nobody\"", run);
        List<WarningAction> warnings = warnings(run);
        assertEquals(2, warnings.size(), "none for the step that worked");
        assertTrue(warnings.stream().allMatch(warning -> warning.getResult() == Result.UNSTABLE));
        assertTrue(warnings.stream().anyMatch(warning -> warning.getMessage().startsWith("Defender does not know")));
        assertTrue(warnings.stream()
                .anyMatch(warning -> warning.getMessage()
                        .startsWith("1 of 2 machines could not be changed. The first: No machine")));
        assertNull(run.getExecution().getCauseOfFailure());
    }

    @Test
    void whatStopsAllMachinesStopsTheBuildNeither() throws Exception {
        simulator.failTokenRequests(Fault.answer(400, "text/plain", "no"));
        WorkflowRun byName = r.buildAndAssertStatus(Result.UNSTABLE, job("""
                def all = defenderTag action: 'Add', value: 'x', machines: ['db-01', 'db-02'], onError: 'UNSTABLE'
                echo "all: ${all.collect { it.name }} ${all.every { it.error != null }}"
                """));
        r.assertLogContains("all: [db-01, db-02] true", byName);
        assertEquals(2, changes(byName).size());
        assertFalse(changes(byName).get(1).isSuccess());

        SimulatedDefender.agentWithPath(r, folder);
        WorkflowRun own = r.buildAndAssertSuccess(job("""
                node('agent') {
                  def m = defenderTag action: 'Add', value: 'x', onError: 'CONTINUE'
                  echo "own: ${m.keySet()} ${m.error}"
                }
                """));
        r.assertLogContains("own: [error] The agent agent could not report its Defender machine ID", own);
        assertEquals(1, warnings(own).size());
        assertNull(changes(own).get(0).getMachineId());
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            String page = client.getPage(own).getBody().asNormalizedText();
            assertTrue(page.contains("Could not add x to agent"), page);
        }
    }

    @Test
    void mistakesStillFailTheBuild() throws Exception {
        for (String arguments : List.of(
                "value: ' ', machine: 'x'",
                "value: 'x', machine: ''",
                "value: 'x', credentialsId: 'nobody', machine: 'x'")) {
            r.buildAndAssertStatus(Result.FAILURE, job("defenderTag action: 'Add', onError: 'UNSTABLE', " + arguments));
        }
    }

    @ParameterizedTest
    @CsvSource({"UNSTABLE,UNSTABLE", "CONTINUE,SUCCESS", "FAIL,FAILURE"})
    void freestyle(String onError, String result) throws Exception {
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
        builder.setMachines(List.of(UNKNOWN, AGENT_ID));
        builder.setOnError(onError);
        FreeStyleProject project = r.createFreeStyleProject();
        project.getBuildersList().add(builder);
        FreeStyleBuild build = r.buildAndAssertStatus(Result.fromString(result), project);
        r.assertLogContains("[defender] " + UNKNOWN + ": Defender does not know the machine", build);
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
    }

    private static List<TagRecord> changes(WorkflowRun run) {
        return run.getAction(DefenderTagsAction.class).getChanges();
    }

    private static List<WarningAction> warnings(WorkflowRun run) {
        return new DepthFirstScanner()
                .allNodes(run.getExecution()).stream()
                        .map(node -> node.getPersistentAction(WarningAction.class))
                        .filter(warning -> warning != null)
                        .toList();
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
