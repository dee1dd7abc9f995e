package io.jenkins.plugins.defendertags.record;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.defendertags.agents.AgentTagsProperty;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.config.PolicyRule;
import io.jenkins.plugins.defendertags.config.TagPolicy;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.steps.DefenderTagWrapper;
import io.jenkins.plugins.defendertags.steps.WithDefenderTagStep;
import io.jenkins.plugins.defendertags.testing.ScriptLatch;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.junit.jupiter.BuildWatcherExtension;

/** Each change is one line of the Jenkins log. */
@WithDefender
@Timeout(180)
class AuditLogTest {

    private static final String MACHINE = "on machine build-07.example.com (" + AGENT_ID + ") by ";

    @TempDir
    Path folder;

    /** All that the plugin logs, so that no change has a second line. */
    @AutoClose
    private final LogRecorder log = new LogRecorder()
            .record("io.jenkins.plugins.defendertags", Level.INFO)
            .capture(1_000);

    @RegisterExtension
    static final BuildWatcherExtension BUILDS = new BuildWatcherExtension();

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    AuditLogTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void changesOfBuilds() throws Exception {
        WorkflowJob job = job("steps", """
                defenderTag action: 'Add', value: 'linux', machine: 'build-07'
                defenderTag action: 'Remove', value: 'linux', machine: 'build-07'
                defenderTag action: 'Add', value: 'x', machine: 'build-07', dryRun: true
                withDefenderTag(value: 'block', machine: 'build-07') { echo 'inside' }
                """);
        r.assertBuildStatusSuccess(job.scheduleBuild2(0, new CauseAction(new Cause.UserIdCause("alice"))));
        String by = MACHINE + "build steps#1, started by alice, credential defender: ";
        assertLines(List.of(
                "Add tag \"linux\" " + by,
                "Remove tag \"linux\" " + by,
                "Add tag \"block\" " + by,
                "Remove tag \"block\" " + by));
    }

    @Test
    void agentOfAFreestyleBuildAndFailure() throws Exception {
        DumbSlave agent = SimulatedDefender.agent(r, folder);
        FreeStyleProject project = r.createFreeStyleProject("freestyle");
        project.setAssignedNode(agent);
        project.getBuildWrappersList().add(new DefenderTagWrapper(new WithDefenderTagStep("x")));
        simulator.grantRoles("Machine.Read.All"); // the machine can be looked at
        r.assertBuildStatus(
                Result.FAILURE,
                project.scheduleBuild2(0, new Cause.RemoteCause("ci.example.com", "push"))
                        .get());
        String line = lines().get(0);
        assertTrue(line.startsWith("Add tag \"x\" on machine "), line);
        assertTrue(
                line.contains(" by build freestyle#1, started by Started by remote host ci.example.com with note: push,"
                        + " agent agent, credential defender: failed, "),
                line);
        assertTrue(line.contains("HTTP 403"), line);
    }

    @Test
    void whatThePolicyRefuses() throws Exception {
        r.buildAndAssertStatus(
                Result.FAILURE,
                job("change", "defenderTag action: 'Add', value: 'MDE-Management', machine: 'build-07'"));
        TagPolicy policy = new TagPolicy();
        policy.setRules(List.of(new PolicyRule(PolicyRule.Verdict.DENY, "**", "*")));
        DefenderConfiguration.get().setPolicy(policy);
        r.buildAndAssertStatus(Result.FAILURE, job("read", "defenderMachines machine: 'build-07'"));
        DumbSlave agent = SimulatedDefender.agent(r, folder);
        agent.getNodeProperties().add(new AgentTagsProperty(List.of("fast")));
        await().until(() -> lines().size() == 3);
        String refused = "credential defender: refused, ";
        List<String> lines = lines();
        assertTrue(lines.get(0).contains("Add tag \"MDE-Management\" on "), lines.get(0));
        assertTrue(lines.get(0).contains("build-07 by build change#1, " + refused), lines.get(0));
        assertTrue(lines.get(0).contains("rule 1, deny MDE-Management"), lines.get(0));
        assertTrue(lines.get(1).contains("build-07 by build read#1, " + refused), lines.get(1));
        assertTrue(lines.get(2).contains("Add tag \"fast\" on the agent's machine by agent agent, "), lines.get(2));
        assertEquals(List.of(), simulator.requests());
    }

    @Test
    void tagsOfAgents() throws Exception {
        DumbSlave agent = SimulatedDefender.agent(r, folder);
        agent.getNodeProperties().add(new AgentTagsProperty(List.of("fast")));
        await().until(() -> simulator.tagsOf(AGENT_ID).contains("fast"));
        await().until(() -> lines().size() == 1);
        r.jenkins.removeNode(agent);
        await().until(() -> LeaseService.get().all().isEmpty());
        String by = MACHINE + "agent agent, agent agent, credential defender: ";
        assertLines(List.of("Add tag \"fast\" " + by, "Remove tag \"fast\" " + by));
    }

    @Test
    void administratorWhoRetriesOrKeepsATag() throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class, "block");
        job.setDefinition(new CpsFlowDefinition(
                "withDefenderTag(value: 'x', machine: 'build-07') { " + ScriptLatch.waitFor("audited") + " }", false));
        WorkflowRun run = job.scheduleBuild2(0, new CauseAction(new Cause.UserIdCause("alice")))
                .waitForStart();
        ScriptLatch.awaitReached("audited");
        simulator.grantRoles("Machine.Read.All");
        simulator.revokeTokens();
        ScriptLatch.open("audited");
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        await().until(() -> LeaseService.get().stuck().size() == 1);
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        try (ACLContext admin = ACL.as2(User.getById("admin", true).impersonate2())) {
            LeaseService.get().retry(stuck -> true);
        }
        await().until(() -> lines().size() == 3);
        try (ACLContext admin = ACL.as2(User.getById("admin", true).impersonate2())) {
            LeaseService.get().forget(stuck -> true);
        }
        String by = MACHINE + "build block#1";
        String asked = by + ", as admin asked";
        String user = ", started by alice";
        String rest = ", credential defender: ";
        List<String> lines = lines();
        assertTrue(lines.get(1).startsWith("Remove tag \"x\" " + by + user + rest + "failed, "), lines.get(1));
        assertTrue(lines.get(2).startsWith("Remove tag \"x\" " + asked + user + rest + "failed, "), lines.get(2));
        assertEquals("Keep tag \"x\" " + asked + rest + "Jenkins no longer removes it", lines.get(3));
    }

    private WorkflowJob job(String name, String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private void assertLines(List<String> beginnings) {
        List<String> lines = lines();
        assertEquals(beginnings.size(), lines.size(), lines.toString());
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            assertTrue(line.startsWith(beginnings.get(i).stripTrailing()), line);
            assertTrue(
                    line.substring(beginnings.get(i).stripTrailing().length()).matches(" (CHANGED|UNKNOWN|ALREADY_SO)"),
                    line);
        }
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>(log.getRecords().stream()
                .filter(record -> record.getLevel() == Level.INFO)
                .map(LogRecord::getMessage)
                .toList());
        Collections.reverse(lines); // the last one comes first
        return lines;
    }
}
