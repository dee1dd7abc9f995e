package io.jenkins.plugins.defendertags.config;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import hudson.slaves.DumbSlave;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.machine.DefenderMachineProperty;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.steps.DefenderTagBuilder;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
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

    private final TagPolicy policy = new TagPolicy();
    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    TagPolicyTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void functionalTagIsDeniedAtFirst() throws Exception {
        String rule = "is not allowed: it matches the denied pattern \"MDE-Management\""
                + " (Manage Jenkins > System > Defender Tags > Denied tags).";
        for (String tag : List.of(
                "MDE-Management",
                "mde-managemenT",
                " MDE-Management ",
                "MDE-Mana\\u200Bgement",
                "\\uFF2DDE-Management",
                "MDE-Management\\u00A0")) {
            assertRefused(step(tag, ""), rule);
        }
        assertRefused("defenderTag action: 'Remove', value: 'MDE-Management', machine: '" + AGENT_ID + "'", rule);
        assertRefused(step("MDE-Management", ", dryRun: true"), rule);
        assertRefused(step("MDE-Management", ", onError: 'CONTINUE'"), rule);
        assertRefused(step("MDE-Management", ", onError: 'UNSTABLE'"), rule);

        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "MDE-${WHAT}");
        builder.setMachine(AGENT_ID);
        FreeStyleProject project = r.createFreeStyleProject();
        project.getBuildersList().add(builder);
        project.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("WHAT", "Management")));
        FreeStyleBuild build = r.buildAndAssertStatus(Result.FAILURE, project);
        r.assertLogContains("ERROR: The tag \"MDE-Management\" " + rule, build);
        assertEquals(0, simulator.requests().size(), "not even a sign-in");

        r.buildAndAssertSuccess(job(step("MDE-Managements", "")));
        policy.setDeniedTags("");
        DefenderConfiguration.get().setPolicy(policy);
        r.buildAndAssertSuccess(job(step("MDE-Management", "")));
    }

    @Test
    void onlyAllowedTagsAreLeftAndDenyWins() throws Exception {
        policy.setAllowedTags("build-*\nrelease-????");
        policy.setDeniedTags("*-secret");
        DefenderConfiguration.get().setPolicy(policy);
        r.buildAndAssertSuccess(job(step("Build-agent", "")));
        r.buildAndAssertSuccess(job(step("release-2026", "")));
        assertRefused(
                step("release-26", ""),
                "The tag \"release-26\" is not allowed: it matches none of the allowed patterns"
                        + " (Manage Jenkins > System > Defender Tags > Allowed tags).");
        assertRefused(step("build-secret", ""), "it matches the denied pattern \"*-secret\"");
        assertEquals(List.of("linux", "Build-agent", "release-2026"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void machinesAreNamedWithListedCredentialsOnly() throws Exception {
        SimulatedDefender.agent(r, folder);
        SimulatedDefender.add(SimulatedDefender.credential("security-team", DefenderSimulator.SECRET));
        policy.setNamingCredentials("security-*");
        DefenderConfiguration.get().setPolicy(policy);
        String rule = "Jobs may not name machines with the credential \"defender\" (Manage Jenkins > System > Defender"
                + " Tags > Only with these credentials). Leave machine and machines out";
        assertRefused(step("x", ""), rule);
        assertRefused("defenderTag action: 'Add', value: 'x', machines: ['build-07']", rule);
        assertRefused("node('agent') { " + step("x", "") + " }", rule);
        assertRefused(step("x", ", dryRun: true"), rule);
        assertEquals(0, simulator.requests().size());

        r.buildAndAssertSuccess(job("node('agent') { defenderTag action: 'Add', value: 'own' }"));
        r.buildAndAssertSuccess(job(step("named", ", credentialsId: 'security-team'")));
        assertEquals(List.of("linux", "own", "named"), simulator.tagsOf(AGENT_ID));

        policy.setJobsMayNameMachines(false);
        DefenderConfiguration.get().setPolicy(policy);
        assertRefused(
                step("x", ", credentialsId: 'security-team'"),
                "Jobs may not name machines (Manage Jenkins > System > Defender Tags > Jobs may name machines). Leave");
    }

    @Test
    void whatAnAdministratorOrTheAgentNamesIsNotNamedByTheJob() throws Exception {
        policy.setJobsMayNameMachines(false);
        DefenderConfiguration.get().setPolicy(policy);
        DumbSlave agent = r.createOnlineSlave(r.jenkins.getLabelAtom("agent"));
        agent.getNodeProperties().add(new DefenderMachineProperty("build-07"));
        r.buildAndAssertSuccess(job("node('agent') { defenderTag action: 'Add', value: 'set' }"));
        assertEquals(List.of("linux", "set"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void badPatternsAreRefusedAndNothingIsLost() throws Exception {
        policy.setAllowedTags("ok\n" + "x".repeat(201));
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> DefenderConfiguration.get().setPolicy(policy))
                .getMessage();
        assertTrue(message.contains("201 characters"), message);

        try (JenkinsRule.WebClient client = r.createWebClient().withThrowExceptionOnFailingStatusCode(false)) {
            HtmlForm form = client.goTo("manage/configure").getFormByName("config");
            form.getTextAreaByName("_.deniedTags").setText("MDE\u200B-*");
            HtmlPage page = r.submit(form);
            String text = page.getWebResponse().getContentAsString();
            assertTrue(text.contains("contains an invisible character. Type it anew"), text);
        }
        assertEquals("MDE-Management", DefenderConfiguration.get().getPolicy().getDeniedTags());

        TagPolicy.DescriptorImpl form = r.jenkins.getDescriptorByType(TagPolicy.DescriptorImpl.class);
        assertEquals(FormValidation.Kind.ERROR, form.doCheckDeniedTags("a\tb").kind);
        assertEquals(FormValidation.Kind.ERROR, form.doCheckAllowedTags("x".repeat(201)).kind);
        assertEquals(FormValidation.Kind.WARNING, form.doCheckAllowedTags("ok\n^build-.*$").kind);
        assertEquals(FormValidation.Kind.OK, form.doCheckNamingCredentials("security-*\nops").kind);
    }

    @Test
    void jobsFormTellsTheRule() {
        DefenderTagBuilder.DescriptorImpl form = r.jenkins.getDescriptorByType(DefenderTagBuilder.DescriptorImpl.class);
        FormValidation check = form.doCheckValue(r.jenkins.getItem("none"), "MDE-Management");
        assertEquals(FormValidation.Kind.ERROR, check.kind);
        assertTrue(check.getMessage().contains("Denied tags"), check.getMessage());
    }

    private static String step(String tag, String more) {
        return "defenderTag action: 'Add', value: '" + tag + "', machine: '" + AGENT_ID + "'" + more;
    }

    private void assertRefused(String script, String message) throws Exception {
        long before = simulator.tagCalls();
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job(script));
        List<String> errors = run.getLog(1000).stream()
                .filter(line -> line.startsWith("ERROR"))
                .toList();
        assertEquals(1, errors.size(), () -> String.join("\n", errors));
        assertTrue(errors.get(0).contains(message), errors.get(0));
        assertEquals(before, simulator.tagCalls());
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
