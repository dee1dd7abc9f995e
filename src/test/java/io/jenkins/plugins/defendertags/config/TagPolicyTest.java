package io.jenkins.plugins.defendertags.config;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.machine.DefenderMachineProperty;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.steps.DefenderTagStep;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import java.util.List;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

@WithDefender
@Timeout(180)
class TagPolicyTest {

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    TagPolicyTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    private static void setRules(PolicyRule... rules) {
        TagPolicy policy = new TagPolicy();
        policy.setRules(List.of(rules));
        DefenderConfiguration.get().setPolicy(policy);
    }

    private static PolicyRule ownAgentOnly() {
        PolicyRule rule = new PolicyRule(PolicyRule.Verdict.ALLOW, "**", "*");
        rule.setMachines(PolicyRule.Machines.OWN);
        return rule;
    }

    @Test
    void functionalTagIsDeniedAtFirst() throws Exception {
        String rule = "rule 1, deny MDE-Management for ** (Manage Jenkins > System > Defender Tags > Policy).";
        assertRefused(
                step("MDE-Management", ""),
                "may not add the tag \"MDE-Management\" on a machine that it names: " + rule);
        assertRefused(step(" MDE-Mana\\u200Bgement", ""), rule);
        assertRefused("defenderTag action: 'Remove', value: 'MDE-Management', machine: '" + AGENT_ID + "'", rule);
        assertRefused(step("MDE-Management", ", dryRun: true"), rule);
        assertRefused(step("MDE-Management", ", onError: 'CONTINUE'"), rule);
        assertRefused(step("MDE-Management", ", onError: 'UNSTABLE'"), rule);
        assertEquals(0, simulator.requests().size(), "not even a sign-in");

        r.buildAndAssertSuccess(job(step("MDE-Managements", "")));
        setRules(new PolicyRule(PolicyRule.Verdict.ALLOW, "**", "*"));
        r.buildAndAssertSuccess(job(step("MDE-Management", "")));
    }

    /** A quarantine that anybody can put on, only the security team takes off, and a fork does neither. */
    @Test
    void quarantineIsRemovedBySecurityJobsOnly() throws Exception {
        PolicyRule add = new PolicyRule(PolicyRule.Verdict.ALLOW, "ci/**", "quarantine");
        add.setAction(PolicyRule.Action.ADD);
        setRules(
                new PolicyRule(PolicyRule.Verdict.DENY, "ci/app/PR-*", "*"),
                add,
                new PolicyRule(PolicyRule.Verdict.ALLOW, "security/**", "quarantine"));
        Folder ci = r.createProject(Folder.class, "ci");
        Folder app = ci.createProject(Folder.class, "app");
        Folder security = r.createProject(Folder.class, "security");
        String remove = "defenderTag action: 'Remove', value: 'quarantine', machine: '" + AGENT_ID + "'";
        String refused = "The job ci/app/PR-7 may not ";

        assertRefused(define(app.createProject(WorkflowJob.class, "PR-7"), step("quarantine", "")), refused + "add");
        assertRefused(define(app.createProject(WorkflowJob.class, "main-remove"), remove), "no rule allows it");
        r.buildAndAssertSuccess(define(app.createProject(WorkflowJob.class, "main"), step("quarantine", "")));
        assertEquals(List.of("linux", "quarantine"), simulator.tagsOf(AGENT_ID));
        r.buildAndAssertSuccess(define(security.createProject(WorkflowJob.class, "release"), remove));
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void machinesAreNamedWithListedCredentialsOnly() throws Exception {
        SimulatedDefender.agent(r, folder);
        SimulatedDefender.add(SimulatedDefender.credential("security-team", DefenderSimulator.SECRET));
        PolicyRule naming = new PolicyRule(PolicyRule.Verdict.ALLOW, "**", "*");
        naming.setCredentials("security-*");
        setRules(naming, ownAgentOnly());
        String rule =
                "no rule allows it (Manage Jenkins > System > Defender Tags > Policy). Leave machine and machines out";
        assertRefused(step("x", ""), rule);
        assertRefused("defenderTag action: 'Add', value: 'x', machines: ['build-07']", rule);
        assertRefused("node('agent') { " + step("x", "") + " }", rule);
        assertEquals(0, simulator.requests().size());

        r.buildAndAssertSuccess(job("node('agent') { defenderTag action: 'Add', value: 'own' }"));
        r.buildAndAssertSuccess(job(step("named", ", credentialsId: 'security-team'")));
        assertEquals(List.of("linux", "own", "named"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void whatAnAdministratorOrTheAgentNamesIsNotNamedByTheJob() throws Exception {
        setRules(ownAgentOnly());
        DumbSlave agent = r.createOnlineSlave(r.jenkins.getLabelAtom("agent"));
        agent.getNodeProperties().add(new DefenderMachineProperty("build-07"));
        r.buildAndAssertSuccess(job("node('agent') { defenderTag action: 'Add', value: 'set' }"));
        assertEquals(List.of("linux", "set"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void formRefusesARuleThatCannotBeUsedAndKeepsTheOldOnes() throws Exception {
        try (JenkinsRule.WebClient client = WebClients.open(r).withThrowExceptionOnFailingStatusCode(false)) {
            HtmlForm form = client.goTo("manage/configure").getFormByName("config");
            form.getTextAreaByName("_.tags").setText("MDE\u200B-*");
            HtmlPage page = r.submit(form);
            String text = page.getWebResponse().getContentAsString();
            assertTrue(text.contains("contains an invisible character. Type it again"), text);
        }
        assertEquals(
                "MDE-Management",
                DefenderConfiguration.get().getPolicy().getRules().get(0).getTags());

        PolicyRule.DescriptorImpl form = r.jenkins.getDescriptorByType(PolicyRule.DescriptorImpl.class);
        assertEquals(FormValidation.Kind.ERROR, form.doCheckTags("a\tb").kind);
        assertEquals(FormValidation.Kind.ERROR, form.doCheckTags("").kind);
        assertEquals(FormValidation.Kind.ERROR, form.doCheckJobs(" ").kind);
        assertEquals(FormValidation.Kind.WARNING, form.doCheckTags("ok\n^build-.*$").kind);
        assertEquals(FormValidation.Kind.OK, form.doCheckCredentials("").kind);
    }

    @Test
    void formSaysWhatWouldHappen() {
        TagPolicy.DescriptorImpl form = r.jenkins.getDescriptorByType(TagPolicy.DescriptorImpl.class);
        FormValidation allowed = form.doTryPolicy("team/app", "x", "Add", "", true);
        assertEquals(FormValidation.Kind.OK, allowed.kind);
        assertTrue(allowed.renderHtml().contains("rule 2, allow * for **"), allowed.renderHtml());
        FormValidation denied = form.doTryPolicy("team/app", "mde-management", "Remove", "", false);
        assertEquals(FormValidation.Kind.WARNING, denied.kind);
        assertTrue(denied.getMessage().contains("rule 1, deny MDE-Management"), denied.getMessage());
        assertEquals(FormValidation.Kind.ERROR, form.doTryPolicy("", "x", "Add", "", true).kind);
        assertEquals(FormValidation.Kind.ERROR, form.doTryPolicy("app", "", "Add", "", true).kind);
    }

    @Test
    void jobsFormNamesTheRule() throws Exception {
        DefenderTagStep.DescriptorImpl form = r.jenkins.getDescriptorByType(DefenderTagStep.DescriptorImpl.class);
        FormValidation check = form.doCheckValue(r.createFreeStyleProject(), "MDE-Management");
        assertEquals(FormValidation.Kind.ERROR, check.kind);
        assertTrue(check.getMessage().contains("rule 1, deny"), check.getMessage());
    }

    private static String step(String tag, String more) {
        return "defenderTag action: 'Add', value: '" + tag + "', machine: '" + AGENT_ID + "'" + more;
    }

    private void assertRefused(String script, String message) throws Exception {
        assertRefused(job(script), message);
    }

    private void assertRefused(WorkflowJob job, String message) throws Exception {
        long before = simulator.tagCalls();
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job);
        List<String> errors = run.getLog(1000).stream()
                .filter(line -> line.startsWith("ERROR"))
                .toList();
        assertEquals(1, errors.size(), () -> String.join("\n", errors));
        assertTrue(errors.get(0).contains(message), errors.get(0));
        assertEquals(before, simulator.tagCalls());
    }

    private WorkflowJob job(String script) throws Exception {
        return define(r.createProject(WorkflowJob.class), script);
    }

    private static WorkflowJob define(WorkflowJob job, String script) throws Exception {
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
