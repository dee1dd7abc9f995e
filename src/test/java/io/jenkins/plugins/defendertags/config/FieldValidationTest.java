package io.jenkins.plugins.defendertags.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.FormValidation.Kind;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.credentials.SecretSignIn;
import io.jenkins.plugins.defendertags.machine.DefenderMachineProperty;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.steps.DefenderTagBuilder;
import io.jenkins.plugins.defendertags.steps.DefenderTagStep;
import io.jenkins.plugins.defendertags.steps.WithDefenderTagStep;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlTextArea;
import org.htmlunit.html.HtmlTextInput;
import org.htmlunit.javascript.host.event.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;

/** What forms say as one types. */
@WithSharedJenkins
@Timeout(180)
class FieldValidationTest {

    private static final String GUID = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";

    private final JenkinsRule r;
    private final DefenderTagStep.DescriptorImpl step;

    FieldValidationTest(JenkinsRule r) {
        this.r = r;
        step = r.jenkins.getDescriptorByType(DefenderTagStep.DescriptorImpl.class);
    }

    @Test
    void tag() {
        for (String[] expected : new String[][] {
            {"build-agent", "OK", ""},
            {"${TAG}", "OK", ""},
            {"x".repeat(200), "OK", ""},
            {"", "ERROR", "The tag is empty"},
            {"x".repeat(201), "ERROR", "has 201 characters"},
            {"a\tb", "ERROR", "control character"},
            {"MDE-Management", "ERROR", "rule 1, deny MDE-Management for **"},
            {"build (old)", "WARNING", "do not work well with parentheses and commas"},
            {"a,b", "WARNING", "do not work well with parentheses and commas"},
            {"build ", "WARNING", "ends with a space"},
        }) {
            assertCheck(Kind.valueOf(expected[1]), expected[2], step.doCheckValue(null, expected[0]));
        }
        WithDefenderTagStep.DescriptorImpl block =
                r.jenkins.getDescriptorByType(WithDefenderTagStep.DescriptorImpl.class);
        assertCheck(Kind.OK, null, block.doCheckValues(null, "building\n\n release "));
        assertCheck(Kind.ERROR, "The tag is empty", block.doCheckValues(null, " \n"));
        assertCheck(Kind.WARNING, "parentheses", block.doCheckValues(null, "a\nb (c)"));
        assertCheck(
                Kind.ERROR,
                "rule 1, deny MDE-Management",
                block.doCheckValues(null, "b (c)\nMDE-Management")); // the worse first
    }

    @Test
    void machine() {
        DefenderMachineProperty.DescriptorImpl property =
                r.jenkins.getDescriptorByType(DefenderMachineProperty.DescriptorImpl.class);
        for (String[] expected : new String[][] {
            {"build-07", "OK", ""},
            {"10.0.0.5", "OK", ""},
            {SimulatedDefender.AGENT_ID, "OK", ""},
            {SimulatedDefender.AGENT_ID.substring(1), "WARNING", "has 40 hexadecimal digits, but this has 39"},
            {GUID, "WARNING", "without hyphens"},
            {"a\tb", "ERROR", "control character"},
        }) {
            Kind kind = Kind.valueOf(expected[1]);
            assertCheck(kind, expected[2], step.doCheckMachine(null, expected[0], ""));
            assertCheck(kind, expected[2], step.doCheckMachines(null, "build-08\n" + expected[0], ""));
            assertCheck(kind, expected[2], property.doCheckMachine(null, expected[0]));
        }
        assertCheck(Kind.OK, null, step.doCheckMachine(null, "${HOST}", ""));
        assertCheck(Kind.ERROR, "Variables are not replaced", property.doCheckMachine(null, "${HOST}"));
        assertCheck(Kind.OK, null, step.doCheckMachine(null, "", ""));
        assertCheck(Kind.OK, null, step.doCheckMachines(null, "", ""));
        assertCheck(Kind.ERROR, "The machine is empty", property.doCheckMachine(null, ""));
    }

    @Test
    void oneMachineOrSeveral() throws Exception {
        assertCheck(Kind.ERROR, "Fill in only one", step.doCheckMachine(null, "a", "b"));
        assertCheck(Kind.ERROR, "Fill in only one", step.doCheckMachines(null, "b", "a"));
        assertCheck(Kind.ERROR, "at most 10,000", step.doCheckMachines(null, "a\n".repeat(10_001), ""));

        FreeStyleProject project = r.createFreeStyleProject();
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
        project.getBuildersList().add(builder);
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            HtmlPage page = client.getPage(project, "configure");
            client.waitForBackgroundJavaScript(30_000); // else the fields may not listen yet
            HtmlTextInput machine = page.getFormByName("config").getInputByName("_.machine");
            HtmlTextArea machines = page.getFormByName("config").getTextAreaByName("_.machines");
            machines.setText("build-08");
            machine.setValue("build-07");
            machine.fireEvent(Event.TYPE_CHANGE);
            for (int i = 0; i < 20 && !page.asXml().contains("Fill in only one"); i++) {
                client.waitForBackgroundJavaScript(3_000);
            }
            assertTrue(
                    page.asXml().contains("Machine and Several machines are both filled in"),
                    () -> page.asNormalizedText());
        }
    }

    @Test
    void noAppRegistrationWhereThereIsNoDefault() throws Exception {
        FreeStyleProject job = r.createFreeStyleProject();
        assertCheck(Kind.WARNING, "has no default app registration", step.doCheckCredentialsId(job, ""));
        DefenderConfiguration.get().setDefaultCredentialsId("defender");
        assertCheck(
                Kind.WARNING,
                "no app registration with the credential ID defender",
                step.doCheckCredentialsId(job, ""));
        SimulatedDefender.add(SimulatedDefender.credential("defender", "x"));
        assertCheck(Kind.OK, null, step.doCheckCredentialsId(job, ""));
        assertCheck(Kind.OK, null, step.doCheckCredentialsId(job, "defender"));
        assertCheck(Kind.WARNING, "with the credential ID other", step.doCheckCredentialsId(job, "other"));
    }

    @Test
    void appRegistrationOfAnotherFolderOrOfJenkinsAlone() throws Exception {
        Folder here = r.createProject(Folder.class, "here");
        Folder there = r.createProject(Folder.class, "there");
        Item job = here.createProject(FreeStyleProject.class, "job");
        SimulatedDefender.add(here, SimulatedDefender.credential("mine", "x"));
        SimulatedDefender.add(there, SimulatedDefender.credential("theirs", "x"));
        assertCheck(Kind.OK, null, step.doCheckCredentialsId(job, "mine"));
        assertCheck(Kind.WARNING, "with the credential ID theirs", step.doCheckCredentialsId(job, "theirs"));

        SimulatedDefender.add(new EntraAppRegistration(
                CredentialsScope.SYSTEM,
                "hidden",
                "",
                DefenderSimulator.TENANT,
                DefenderSimulator.CLIENT,
                new SecretSignIn(Secret.fromString("x"))));
        DefenderConfiguration configuration = DefenderConfiguration.get();
        assertCheck(Kind.WARNING, "its scope is System", configuration.doCheckDefaultCredentialsId("hidden"));
        assertCheck(Kind.WARNING, "with the credential ID hidden", step.doCheckCredentialsId(job, "hidden"));
        assertCheck(Kind.ERROR, "no Entra app registration", configuration.doCheckDefaultCredentialsId("gone"));
        assertCheck(Kind.OK, null, configuration.doCheckDefaultCredentialsId(""));
    }

    @Test
    void whatAdministratorsEnter() {
        CustomCloud.DescriptorImpl cloud = r.jenkins.getDescriptorByType(CustomCloud.DescriptorImpl.class);
        assertCheck(Kind.OK, null, cloud.doCheckName("private"));
        assertCheck(Kind.ERROR, "belongs to a preset", cloud.doCheckName("gcc"));
        assertCheck(Kind.ERROR, "Use up to 63 letters", cloud.doCheckName(""));
        assertCheck(Kind.OK, null, cloud.doCheckApiUrl(" https://api.example.com/ "));
        assertCheck(Kind.ERROR, "API URL \"http://api.example.com\"", cloud.doCheckApiUrl("http://api.example.com"));
        assertCheck(Kind.ERROR, "authority URL \"\"", cloud.doCheckAuthorityUrl(""));
        assertCheck(Kind.ERROR, "Leave out user name", cloud.doCheckAuthorityUrl("https://me:pw@example.com"));
        assertCheck(Kind.OK, null, cloud.doCheckScope("https://api.example.com/.default"));
        assertCheck(Kind.ERROR, "ends in \"/.default\"", cloud.doCheckScope("https://api.example.com"));
        assertCheck(Kind.OK, null, cloud.doCheckPortalUrl(""));
        assertCheck(Kind.ERROR, "portal URL \"x\"", cloud.doCheckPortalUrl("x"));

        assertCheck(Kind.OK, null, step.doCheckWaitForMachine(null, "30"));
        assertCheck(Kind.OK, null, step.doCheckWaitForMachine(null, ""));
        assertCheck(Kind.ERROR, null, step.doCheckWaitForMachine(null, "1441"));
        assertCheck(Kind.ERROR, null, DefenderConfiguration.get().doCheckRequestTimeout("0"));
        assertCheck(Kind.ERROR, null, DefenderConfiguration.get().doCheckDeadline("1441"));
        assertCheck(Kind.ERROR, null, DefenderConfiguration.get().doCheckCallsPerMinute("-1"));
    }

    /** By the form itself, since these ask the request where they are. */
    @Test
    void idsThatStandInTheWrongField() throws Exception {
        String credential = EntraAppRegistration.class.getName();
        assertTrue(check(credential + "/checkTenantId?tenantId=" + GUID + "&clientId=" + GUID)
                .contains("This equals the client ID"));
        assertTrue(check(credential + "/checkClientId?clientId=contoso.onmicrosoft.com")
                .contains("It belongs in the field Tenant ID"));
        assertTrue(check(credential + "/checkTenantId?tenantId=contoso.onmicrosoft.com&clientId=" + GUID)
                .contains("<div/>"));
        assertTrue(check(credential + "/checkTenantId?tenantId=x&clientId=").contains("is not a tenant ID"));
        assertTrue(check(credential + "/checkClientId?clientId=x").contains("is not a client ID"));
        assertTrue(check(credential + "/checkClientId?clientId=").contains("managed identity"));
    }

    private String check(String method) throws Exception {
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            return client.getPage(
                            new WebRequest(client.createCrumbedUrl("descriptorByName/" + method), HttpMethod.POST))
                    .getWebResponse()
                    .getContentAsString();
        }
    }

    private static void assertCheck(Kind kind, String part, FormValidation result) {
        assertEquals(kind, result.kind, result.renderHtml());
        if (part != null) {
            String text = result.renderHtml().replace("&quot;", "\"").replace("&#039;", "'");
            assertTrue(text.contains(part), text);
        }
    }
}
