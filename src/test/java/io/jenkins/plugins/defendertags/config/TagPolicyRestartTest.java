package io.jenkins.plugins.defendertags.config;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Result;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

@Timeout(180)
class TagPolicyRestartTest {

    @RegisterExtension
    final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @TempDir
    Path folder;

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    @Test
    void agentThatIsKnownByThenIsNotNamedByTheJob() throws Throwable {
        sessions.then(r -> {
            TagPolicy policy = new TagPolicy();
            PolicyRule ownAgentOnly = new PolicyRule(PolicyRule.Verdict.ALLOW, "**", "*");
            ownAgentOnly.setMachines(PolicyRule.Machines.OWN);
            policy.setRules(List.of(ownAgentOnly));
            startAndStopInTheMiddle(r, policy);
        });
        sessions.then(r -> {
            r.assertBuildStatusSuccess(r.waitForCompletion(run(r)));
            assertEquals(List.of("linux", "x"), simulator.tagsOf(SimulatedDefender.AGENT_ID));
        });
    }

    @Test
    void policyOfThatMomentHolds() throws Throwable {
        sessions.then(r -> {
            startAndStopInTheMiddle(r, new TagPolicy());
            TagPolicy stricter = new TagPolicy();
            stricter.setRules(List.of(new PolicyRule(PolicyRule.Verdict.DENY, "**", "x")));
            DefenderConfiguration.get().setPolicy(stricter);
        });
        sessions.then(r -> {
            WorkflowRun run = run(r);
            r.assertBuildStatus(Result.FAILURE, r.waitForCompletion(run));
            r.assertLogContains("rule 1, deny x for **", run);
            assertEquals(List.of("linux"), simulator.tagsOf(SimulatedDefender.AGENT_ID));
        });
    }

    private void startAndStopInTheMiddle(JenkinsRule r, TagPolicy policy) throws Exception {
        SimulatedDefender.connect(simulator);
        DefenderConfiguration.get().setPolicy(policy);
        SimulatedDefender.agent(r, folder);
        simulator.failNextApiCalls(exchange -> Thread.sleep(60_000));
        WorkflowJob job = r.createProject(WorkflowJob.class, "tagged");
        job.setDefinition(new CpsFlowDefinition("node('agent') { defenderTag action: 'Add', value: 'x' }", true));
        job.scheduleBuild2(0).waitForStart();
        await().until(() -> simulator.tagCalls() > 0);
    }

    private static WorkflowRun run(JenkinsRule r) {
        return r.jenkins.getItemByFullName("tagged", WorkflowJob.class).getBuildByNumber(1);
    }
}
