package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.XmlFile;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Items;
import hudson.model.Result;
import io.jenkins.plugins.defendertags.config.AgentVerificationMode;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.testing.Commands;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

@WithDefender
@Timeout(180)
class DryRunTest {

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    DryRunTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void setUp() throws Exception {
        simulator.addMachine("2".repeat(40), "db-01.example.com");
    }

    @Test
    void agentIsAskedAndNothingIsChanged() throws Exception {
        SimulatedDefender.agent(r, folder);
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                node('agent') {
                  def m = defenderTag(action: 'Add', value: 'build-agent', dryRun: true)
                  echo "${m.id} ${m.machineTags} ${m.riskScore}"
                }
                """));
        r.assertLogContains(
                "[defender] Dry run: would add \"build-agent\" to build-07.example.com (1e5b…cc07): linux", run);
        r.assertLogContains(AGENT_ID + " [linux] Low", run);
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        assertEquals(0, simulator.tagCalls());
        assertEquals(1, simulator.apiCalls());
        TagRecord change = run.getAction(DefenderTagsAction.class).getChanges().get(0);
        assertTrue(change.isDryRun());
        assertTrue(change.isSuccess());
        assertEquals(0, change.getAttempts());
        assertEquals(List.of("linux"), change.getMachineTags());
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            String page = client.getPage(run).getBody().asNormalizedText().replaceAll("\\s+", " ");
            assertTrue(page.contains("Dry run Would add build-agent to build-07.example.com"), page);
            assertTrue(page.contains("Tags: linux"), page);
        }
        String json = r.getJSON(run.getUrl() + "api/json?tree=actions[changes[dryRun,success]]")
                .getJSONObject()
                .toString();
        assertTrue(json.contains("\"dryRun\":true"), json);
    }

    @Test
    void saysWhatIsAsWantedAlready() throws Exception {
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                defenderTag action: 'Add', value: 'LINUX', machine: 'build-07', dryRun: true
                defenderTag action: 'Remove', value: 'linux', machine: 'build-07', dryRun: true
                def all = defenderTag action: 'Remove', value: 'x', machines: ['db-01', 'build-07'], dryRun: true
                echo all.collect { it.computerDnsName }.join(' ')
                """));
        r.assertLogContains(
                "Dry run: would add \"LINUX\" to build-07.example.com (1e5b…cc07), which has it already", run);
        r.assertLogContains("Dry run: would remove \"linux\" from build-07.example.com (1e5b…cc07): linux", run);
        r.assertLogContains(
                "would remove \"x\" from db-01.example.com (2222…2222), which does not have it: no tags", run);
        r.assertLogContains("db-01.example.com build-07.example.com", run);
        assertEquals(0, simulator.tagCalls());
    }

    @Test
    void whatWouldFailFails() throws Exception {
        String step = "defenderTag action: 'Add', value: 'x', dryRun: true, ";
        SimulatedDefender.add(SimulatedDefender.credential("wrong-secret", "not-the-secret"));
        assertFails(
                step + "machine: 'build-07', credentialsId: 'wrong-secret'", "Enter the secret's value, not its ID");
        assertFails(step + "machine: '" + AGENT_ID + "', credentialsId: 'wrong-secret'", "Enter the secret's value");
        assertFails(step + "machine: 'nobody'", "No machine in Defender has the host name \"nobody\"");
        WorkflowRun run = assertFails(step + "machine: '" + "0".repeat(40) + "'", "does not know the machine");
        TagRecord change = run.getAction(DefenderTagsAction.class).getChanges().get(0);
        assertTrue(change.isDryRun());
        assertFalse(change.isSuccess());

        simulator.addMachine(AGENT_ID, "another-host.example.com").ipAddresses("192.0.2.1");
        SimulatedDefender.agent(r, folder);
        DefenderConfiguration.get().setVerifyAgents(AgentVerificationMode.REQUIRE);
        assertFails("node('agent') { defenderTag action: 'Add', value: 'x', dryRun: true }", "but its host is");
    }

    @Test
    void freestyleHasItToo() throws Exception {
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
        builder.setMachine("build-07");
        builder.setDryRun(true);
        FreeStyleProject project = r.createFreeStyleProject();
        project.getBuildersList().add(builder);
        project.getBuildersList()
                .add(Commands.run("echo \"tags=$DEFENDER_MACHINE_TAGS\"", "echo tags=%DEFENDER_MACHINE_TAGS%"));
        FreeStyleBuild build = r.buildAndAssertSuccess(project);
        r.assertLogContains("[defender] Dry run: would add \"x\" to build-07.example.com", build);
        r.assertLogContains("tags=linux", build);
        assertEquals(0, simulator.tagCalls());
        r.assertEqualDataBoundBeans(
                builder.getStep(), r.configRoundtrip(builder).getStep());
    }

    @Test
    void formAndSnippetKeepIt() throws Exception {
        DefenderTagStep step = new DefenderTagStep("Add", "x");
        step.setDryRun(true);
        step.setOnError("UNSTABLE");
        r.assertEqualDataBoundBeans(step, new StepConfigTester(r).configRoundTrip(step));
        new SnippetizerTester(r)
                .assertRoundTrip(step, "defenderTag action: 'Add', dryRun: true, onError: 'UNSTABLE', value: 'x'");
    }

    /** As a build was stored before there were dry runs. */
    @Test
    void olderRecordIsNone() throws Exception {
        Path file = Files.writeString(folder.resolve("action.xml"), """
                <io.jenkins.plugins.defendertags.record.DefenderTagsAction>
                  <changes>
                    <io.jenkins.plugins.defendertags.record.TagRecord>
                      <time>1795478400000</time>
                      <action>Add</action>
                      <value>x</value>
                      <machineId>%s</machineId>
                      <machineTags><string>x</string></machineTags>
                      <credentialsId>defender</credentialsId>
                      <cloud>commercial</cloud>
                      <success>true</success>
                      <attempts>1</attempts>
                      <millis>5</millis>
                    </io.jenkins.plugins.defendertags.record.TagRecord>
                  </changes>
                </io.jenkins.plugins.defendertags.record.DefenderTagsAction>
                """.formatted(AGENT_ID));
        DefenderTagsAction action = (DefenderTagsAction) new XmlFile(Items.XSTREAM2, file.toFile()).read();
        TagRecord record = action.getChanges().get(0);
        assertFalse(record.isDryRun());
        assertTrue(record.isSuccess());
        assertEquals(1795478400000L, record.getTime());
        assertEquals(List.of("x"), record.getMachineTags());
    }

    private WorkflowRun assertFails(String script, String message) throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job(script));
        r.assertLogContains(message, run);
        assertEquals(0, simulator.tagCalls());
        return run;
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
