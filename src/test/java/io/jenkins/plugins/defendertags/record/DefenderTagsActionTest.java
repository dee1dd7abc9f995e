package io.jenkins.plugins.defendertags.record;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import java.nio.file.Path;
import java.util.List;
import net.sf.json.JSONArray;
import net.sf.json.JSONNull;
import net.sf.json.JSONObject;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

class DefenderTagsActionTest {

    private static final String HOSTILE = "<script>alert('tag')</script>";
    private static final String API = "job/tagged/1/api/json?tree=actions[changes[*]]";

    @RegisterExtension
    final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    @Test
    void metadataSurvivesARestart() throws Throwable {
        sessions.then(r -> {
            SimulatedDefender.connect(simulator);
            WorkflowJob job = r.createProject(WorkflowJob.class, "tagged");
            job.setDefinition(new CpsFlowDefinition(
                    "defenderTag action: 'Add', value: \"" + HOSTILE + "\", machine: '" + AGENT_ID + "'", true));
            r.buildAndAssertSuccess(job);
            assertIsThere(r);
        });
        sessions.then(DefenderTagsActionTest::assertIsThere);
    }

    private static void assertIsThere(JenkinsRule r) throws Exception {
        JSONObject change = change(r);
        assertEquals(JSONArray.fromObject(List.of("linux", HOSTILE)), change.getJSONArray("machineTags"));
        assertEquals("Add", change.getString("action"));
        assertEquals(HOSTILE, change.getString("value"));
        assertEquals(AGENT_ID, change.getString("machineId"));
        assertEquals("build-07.example.com", change.getString("computerDnsName"));
        assertEquals("Active", change.getString("healthStatus"));
        assertEquals("Low", change.getString("riskScore"));
        assertEquals("defender", change.getString("credentialsId"));
        assertTrue(change.getBoolean("success"));
        assertEquals(1, change.getInt("attempts"));
        assertTrue(change.getLong("millis") >= 0);
        assertTrue(change.getLong("time") > 1_700_000_000_000L);

        HtmlPage page = WebClients.open(r).goTo("job/tagged/1/");
        String text = page.getBody().asNormalizedText();
        assertTrue(text.contains(HOSTILE), "shown as text, not run: " + text);
        String link = page.getAnchorByHref("https://portal.example.com/machines/" + AGENT_ID)
                .asNormalizedText();
        assertTrue(link.startsWith("build-07.example.com"), link);
    }

    private static JSONObject change(JenkinsRule r) throws Exception {
        JSONArray actions = r.getJSON(API).getJSONObject().getJSONArray("actions");
        for (int i = 0; i < actions.size(); i++) {
            JSONObject action = actions.getJSONObject(i);
            if (action.has("changes")) {
                return action.getJSONArray("changes").getJSONObject(0);
            }
        }
        throw new AssertionError("no changes in " + actions);
    }

    @Test
    void failureHasNeitherHealthNorRisk() throws Throwable {
        sessions.then(r -> {
            SimulatedDefender.connect(simulator);
            simulator.failApiCalls(Fault.defenderError(403, "Forbidden", "no"));
            WorkflowJob job = r.createProject(WorkflowJob.class, "tagged");
            job.setDefinition(
                    new CpsFlowDefinition("defenderTag action: 'Add', value: 'x', machine: '" + AGENT_ID + "'", true));
            r.buildAndAssertStatus(Result.FAILURE, job);
            JSONObject change = change(r);
            assertTrue(change.get("healthStatus") instanceof JSONNull, change::toString);
            assertTrue(change.get("riskScore") instanceof JSONNull, change::toString);
        });
    }

    @Test
    void runningStepGoesOnAfterARestart() throws Throwable {
        sessions.then(r -> {
            SimulatedDefender.connect(simulator);
            simulator.failNextApiCalls(exchange -> Thread.sleep(60_000));
            WorkflowJob job = r.createProject(WorkflowJob.class, "tagged");
            job.setDefinition(new CpsFlowDefinition(
                    "def m = defenderTag action: 'Add', value: 'x', machine: '" + AGENT_ID + "'\n"
                            + "echo \"tags: ${m.machineTags}\"",
                    true));
            job.scheduleBuild2(0).waitForStart();
            await().until(() -> simulator.tagCalls() > 0);
        });
        sessions.then(r -> {
            WorkflowRun run =
                    r.jenkins.getItemByFullName("tagged", WorkflowJob.class).getBuildByNumber(1);
            r.assertBuildStatusSuccess(r.waitForCompletion(run));
            r.assertLogContains("tags: [linux, x]", run);
            assertEquals(1, run.getAction(DefenderTagsAction.class).getChanges().size());
            assertEquals(2, simulator.tagCalls());
        });
    }

    @Test
    void stepOnAnAgentGoesOnAfterARestart(@TempDir Path folder) throws Throwable {
        sessions.then(r -> {
            SimulatedDefender.connect(simulator);
            SimulatedDefender.agent(r, folder);
            simulator.failNextApiCalls(exchange -> Thread.sleep(60_000));
            WorkflowJob job = r.createProject(WorkflowJob.class, "tagged");
            job.setDefinition(new CpsFlowDefinition("node('agent') { defenderTag action: 'Add', value: 'x' }", true));
            job.scheduleBuild2(0).waitForStart();
            await().until(() -> simulator.tagCalls() > 0);
        });
        sessions.then(r -> {
            WorkflowRun run =
                    r.jenkins.getItemByFullName("tagged", WorkflowJob.class).getBuildByNumber(1);
            r.assertBuildStatusSuccess(r.waitForCompletion(run));
            assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
        });
    }

    @Test
    void waitingGoesOnAfterARestart() throws Throwable {
        String newMachine = "3".repeat(40);
        sessions.then(r -> {
            SimulatedDefender.connect(simulator);
            WorkflowJob job = r.createProject(WorkflowJob.class, "tagged");
            job.setDefinition(new CpsFlowDefinition(
                    "defenderTag action: 'Add', value: 'x', machine: 'new-01', waitForMachine: 10", true));
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            r.waitForMessage("Defender does not know new-01 yet", run);
        });
        simulator.addMachine(newMachine, "new-01.example.com");
        sessions.then(r -> {
            WorkflowRun run =
                    r.jenkins.getItemByFullName("tagged", WorkflowJob.class).getBuildByNumber(1);
            r.assertBuildStatusSuccess(r.waitForCompletion(run));
            assertEquals(List.of("x"), simulator.tagsOf(newMachine));
        });
    }

    @Test
    void buildWithoutChangesHasNoSummary() throws Throwable {
        sessions.then(r -> {
            WorkflowJob job = r.createProject(WorkflowJob.class, "plain");
            job.setDefinition(new CpsFlowDefinition("echo 'nothing'", true));
            WorkflowRun run = r.buildAndAssertSuccess(job);
            assertNull(run.getAction(DefenderTagsAction.class));
            assertFalse(WebClients.open(r)
                    .goTo(run.getUrl())
                    .getBody()
                    .asNormalizedText()
                    .contains("Defender"));
        });
    }
}
