package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import hudson.ProxyConfiguration;
import hudson.model.Result;
import hudson.security.ACL;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.RefusingProxy;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.BuildWatcherExtension;

@WithDefender
class DefenderTagStepTest {

    @RegisterExtension
    static final BuildWatcherExtension BUILDS = new BuildWatcherExtension();

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    DefenderTagStepTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void scriptedPipelineTagsItsAgent() throws Exception {
        SimulatedDefender.agent(r, folder);
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                node('agent') {
                  def m = defenderTag(action: 'Add', value: 'build-agent')
                  sleep 1 // the program is saved, and the machine with it
                  echo "${m.id} ${m.machineTags} ${m.riskScore} ${m.osBuild + 1} ${m.computerDnsName}"
                  m.machineTags.each { echo "tag $it" }
                }
                """));
        r.assertLogContains(
                "[defender] Added \"build-agent\" to build-07.example.com (1e5b…cc07): linux, build-agent", run);
        r.assertLogContains(AGENT_ID + " [linux, build-agent] Low 18210 build-07.example.com", run);
        r.assertLogContains("tag build-agent", run);
        assertEquals(List.of("linux", "build-agent"), simulator.tagsOf(AGENT_ID));
        assertEquals(1, simulator.tagCalls());
    }

    @Test
    void declarativePipelineTagsItsAgent() throws Exception {
        SimulatedDefender.agent(r, folder);
        r.buildAndAssertSuccess(job("""
                pipeline {
                  agent { label 'agent' }
                  stages {
                    stage('Tag') {
                      steps {
                        defenderTag action: 'remove', value: 'linux', credentialsId: 'defender'
                      }
                    }
                  }
                }
                """));
        assertEquals(List.of(), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void namedMachineNeedsNoAgent() throws Exception {
        WorkflowRun run = r.buildAndAssertSuccess(
                job("defenderTag action: 'ADD', value: 'x', machine: ' " + AGENT_ID.toUpperCase() + "'"));
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
        assertNull(changes(run).get(0).getNode());
    }

    @Test
    void parallelBranchesLoseNoRecord() throws Exception {
        Map<String, String> machines = new LinkedHashMap<>();
        for (int i = 0; i < 10; i++) {
            String id = String.format("%040x", i);
            simulator.addMachine(id, "machine-" + i);
            machines.put("branch-" + i, id);
        }
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                def branches = [:]
                for (int i = 0; i < 10; i++) {
                  def id = String.format('%%040x', i)
                  branches["branch-$i"] = { defenderTag action: 'Add', value: 'release', machine: id }
                }
                branches.failFast = true
                parallel branches
                """.replace("%%", "%")));
        Set<String> recorded =
                changes(run).stream().map(TagRecord::getMachineId).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(machines.values()), recorded);
        assertEquals(1, simulator.tokenCalls());
    }

    @Test
    void badInputEndsTheBuildWithOneLine() throws Exception {
        Folder other = r.createProject(Folder.class, "other");
        SimulatedDefender.add(other, SimulatedDefender.credential("other-folder", DefenderSimulator.SECRET));
        SimulatedDefender.add(SimulatedDefender.credential("wrong-secret", "not-the-secret"));
        String machine = ", machine: '" + AGENT_ID + "'";

        assertFails("action: 'Add', value: ' '" + machine, "value is empty, most likely because a variable is not set");
        assertFails("action: 'Add', value: 'x' * 201" + machine, "201 characters. Shorten it to at most 200");
        assertFails("action: 'Add', value: 'a\\nb'" + machine, "control character");
        assertFails("action: 'Replace', value: 'x'" + machine, "Use \"Add\" or \"Remove\"");
        assertFails(
                "action: 'Add', value: 'x', machine: '" + "a".repeat(39) + "'", "40 hexadecimal digits, this has 39");
        assertFails("action: 'Add', value: 'x', machine: '../" + "a".repeat(37) + "'", "contains \"/\"");
        assertFails("action: 'Add', value: 'x'", "put the step into a node block");
        assertFails(
                "action: 'Add', value: 'x', credentialsId: 'nobody'" + machine,
                "no Entra app registration with the credential ID \"nobody\"");
        assertFails(
                "action: 'Add', value: 'x', credentialsId: 'other-folder'" + machine,
                "no Entra app registration with the credential ID \"other-folder\"");
        assertFails(
                "action: 'Add', value: 'x', credentialsId: 'wrong-secret'" + machine,
                "Enter the secret's value, not its ID");
        assertFails(
                "action: 'Add', value: 'x', machine: '" + "0".repeat(40) + "'",
                "Defender does not know the machine " + "0".repeat(40));

        assertFaultFails(Fault.html(200), "with an HTML page instead of JSON");
        assertFaultFails(Fault.huge(50), "larger than 32 MB");
        simulator.grantRoles("Machine.Read.All");
        simulator.revokeTokens();
        assertFails("action: 'Add', value: 'x'" + machine, "grant admin consent");

        try (RefusingProxy proxy = new RefusingProxy(407)) {
            r.jenkins.setProxy(new ProxyConfiguration("localhost", proxy.port(), "user", "proxy-password"));
            assertFails("action: 'Add', value: 'x'" + machine, "Check the proxy's user name and password");
        }
        DefenderConfiguration.get().setDefaultCredentialsId("");
        assertFails("action: 'Add', value: 'x'" + machine, "No app registration is chosen");
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    private void assertFaultFails(Fault fault, String message) throws Exception {
        simulator.failApiCalls(fault);
        assertFails("action: 'Add', value: 'x', machine: '" + AGENT_ID + "'", message);
        simulator.failApiCalls(null);
    }

    private void assertFails(String arguments, String message) throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job("defenderTag " + arguments));
        List<String> errors = run.getLog(1000).stream()
                .filter(line -> line.startsWith("ERROR"))
                .toList();
        assertEquals(1, errors.size(), () -> String.join("\n", errors));
        assertTrue(errors.get(0).contains(message), errors.get(0));
        String log = JenkinsRule.getLog(run);
        for (String secret : List.of(DefenderSimulator.SECRET, "not-the-secret", "proxy-password")) {
            assertFalse(log.contains(secret), log);
        }
        assertFalse(log.contains("\tat "), "no stack trace");
    }

    @Test
    void failureLeavesEarlierRecords() throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job("""
                        defenderTag action: 'Add', value: 'first', machine: '%s'
                        defenderTag action: 'Add', value: 'second', machine: '%s'
                        """.formatted(AGENT_ID, "0".repeat(40))));
        List<TagRecord> changes = changes(run);
        assertEquals(2, changes.size());
        assertTrue(changes.get(0).isSuccess());
        assertEquals(List.of("linux", "first"), changes.get(0).getMachineTags());
        assertFalse(changes.get(1).isSuccess());
        assertTrue(changes.get(1).getError().contains("does not know the machine"));
    }

    @Test
    void folderCredentialIsFoundAndItsUseTracked() throws Exception {
        Folder team = r.createProject(Folder.class, "team");
        SimulatedDefender.add(team, SimulatedDefender.credential("team", DefenderSimulator.SECRET));
        WorkflowJob job = team.createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition(
                "defenderTag action: 'Add', value: 'x', credentialsId: 'team', machine: '" + AGENT_ID + "'", true));
        WorkflowRun run = r.buildAndAssertSuccess(job);
        assertEquals("team", changes(run).get(0).getCredentialsId());
        EntraAppRegistration credential =
                CredentialsProvider.lookupCredentialsInItem(EntraAppRegistration.class, job, ACL.SYSTEM2).stream()
                        .filter(found -> found.getId().equals("team"))
                        .findFirst()
                        .orElseThrow();
        assertNotNull(CredentialsProvider.getFingerprintOf(credential), "Jenkins shows where a credential is used");
    }

    @Test
    void abortEndsTheStepAtOnce() throws Exception {
        simulator.failNextApiCalls(Fault.silence());
        WorkflowJob job = job("defenderTag action: 'Add', value: 'x', machine: '" + AGENT_ID + "'");
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        await().until(() -> simulator.tagCalls() > 0);
        run.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(run));
        assertTrue(run.getDuration() < 20_000, "well below the request timeout: " + run.getDuration());
        r.assertLogContains(
                "[defender] " + AGENT_ID + ": Given up while waiting for Defender's answer. Defender may have made",
                run);
        assertFalse(changes(run).get(0).isSuccess());
        assertTrue(changes(run).get(0).getError().startsWith("Given up while"));
    }

    @Test
    void abortOfAChangeThatWaitsSaysThatItWasNotSent() throws Exception {
        DefenderConfiguration.get().setCallsPerMinute(1);
        WorkflowJob job = job("""
                defenderTag action: 'Add', value: 'x', machine: '%1$s'
                defenderTag action: 'Add', value: 'y', machine: '%1$s'
                """.formatted(AGENT_ID));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        r.waitForMessage("[defender] Waiting for Defender's limit of 1 call a minute for all builds, until ", run);
        StepExecution waiting =
                run.getExecution().getCurrentExecutions(true).get().get(0);
        String status = waiting.getStatus();
        assertTrue(
                status.startsWith(
                        "changing the tag y; waiting for Defender's limit of 1 call a minute for all builds, until "),
                status);
        run.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(run));
        r.assertLogContains("[defender] " + AGENT_ID + ": Given up before it was sent to Defender.", run);
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
        assertEquals(
                1,
                run.getLog(1000).stream()
                        .filter(line -> line.contains("Waiting for"))
                        .count());
    }

    @Test
    void passingTroubleIsNotSeen() throws Exception {
        simulator.failNextTokenRequests(Fault.closed());
        simulator.failNextApiCalls(
                Fault.cutShort(),
                Fault.closed().afterwards(),
                Fault.defenderError(503, "ServiceUnavailable", "Busy"),
                Throttle.refusal(Throttle.Told.SECONDS, Duration.ofSeconds(1)));
        WorkflowRun run =
                r.buildAndAssertSuccess(job("defenderTag action: 'Add', value: 'x', machine: '" + AGENT_ID + "'"));
        assertEquals(List.of("linux", "x"), changes(run).get(0).getMachineTags());
        assertEquals(5, changes(run).get(0).getAttempts());
    }

    @Test
    void parallelBranchesLoseNothing() throws Exception {
        simulator.limit(new Throttle(100, Duration.ofMinutes(1), Throttle.Told.SECONDS));
        StringBuilder script = new StringBuilder("def all = [:]\n");
        for (int i = 0; i < 60; i++) {
            String id = String.format("%040x", i);
            simulator.addMachine(id, "build-" + i);
            script.append("all['" + i + "'] = { defenderTag action: 'Add', value: 'x', machine: '" + id + "' }\n");
        }
        WorkflowRun run = r.buildAndAssertSuccess(job(script + "parallel all"));
        assertEquals(60, changes(run).size(), "no update from a parallel branch is lost");
        assertTrue(changes(run).stream().allMatch(TagRecord::isSuccess));
        assertEquals(0, simulator.refusals());
    }

    @Test
    void agentWithoutSensorSaysWhatToDo() throws Exception {
        SimulatedDefender.agentWithPath(r, folder);
        WorkflowRun run =
                r.buildAndAssertStatus(Result.FAILURE, job("node('agent') { defenderTag action: 'Add', value: 'x' }"));
        r.assertLogContains("Defender is not installed there. Or set the agent's Defender machine, or name a", run);
    }

    @Test
    void stepIsConfiguredByTheBuildStepsForm() throws Exception {
        DefenderTagStep step = new DefenderTagStep("Remove", "quarantine");
        step.setMachine(AGENT_ID);
        step.setCredentialsId("defender");
        r.assertEqualDataBoundBeans(step, new StepConfigTester(r).configRoundTrip(step));
        DefenderTagStep lean = new DefenderTagStep("Add", "x");
        r.assertEqualDataBoundBeans(lean, new StepConfigTester(r).configRoundTrip(lean));
    }

    @Test
    void snippetIsTheShortestCall() throws Exception {
        SnippetizerTester tester = new SnippetizerTester(r);
        DefenderTagStep step = new DefenderTagStep("Add", "build-agent");
        tester.assertRoundTrip(step, "defenderTag action: 'Add', value: 'build-agent'");
        step.setMachine(new MachineId(AGENT_ID).value());
        step.setCredentialsId("defender");
        tester.assertRoundTrip(
                step,
                "defenderTag action: 'Add', credentialsId: 'defender', machine: '" + AGENT_ID
                        + "', value: 'build-agent'");
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private static List<TagRecord> changes(WorkflowRun run) {
        return run.getAction(DefenderTagsAction.class).getChanges();
    }
}
