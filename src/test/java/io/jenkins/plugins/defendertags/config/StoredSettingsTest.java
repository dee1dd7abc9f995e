package io.jenkins.plugins.defendertags.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsNameProvider;
import hudson.AbortException;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;

/** Files that lack fields, or that somebody has edited: of the configuration and of credentials. */
@WithDefender
@Timeout(120)
class StoredSettingsTest {

    private static final String CLOUD = CustomCloud.class.getName();
    private static final String RULE = PolicyRule.class.getName();

    private final JenkinsRule r;

    StoredSettingsTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
    }

    @Test
    void missingSettingsHaveTheirDefaults() throws Exception {
        DefenderConfiguration read = read("<policy/>");
        assertEquals(2, read.getPolicy().getRules().size());
        assertEquals(AgentVerificationMode.OFF, read.getVerifyAgents());
        assertEquals(List.of(), read.getCustomClouds());
        assertEquals(List.of(), read.getAgentTags());
        assertEquals(Cloud.PRESETS, read.clouds());
        assertNull(read.getDefaultCredentialsId());
        assertDefaults(read);
        DefenderConfiguration nothing = (DefenderConfiguration) Jenkins.XSTREAM2.fromXML(xml(""));
        assertEquals(2, nothing.getPolicy().getRules().size());
        assertDefaults(nothing);
    }

    @Test
    void unusableNumbersAreReplacedByTheDefaults() throws Exception {
        assertDefaults(read("<connectTimeout>0</connectTimeout><requestTimeout>99999</requestTimeout>"
                + "<callsPerMinute>-1</callsPerMinute><callsPerHour>0</callsPerHour><deadline>1441</deadline>"));
    }

    private static void assertDefaults(DefenderConfiguration read) {
        assertEquals(10, read.getConnectTimeout());
        assertEquals(30, read.getRequestTimeout());
        assertEquals(100, read.getCallsPerMinute());
        assertEquals(1500, read.getCallsPerHour());
        assertEquals(60, read.getDeadline());
        assertNotNull(read.timeouts());
        assertNotNull(read.queueSettings());
    }

    @Test
    void unusableCloudDoesNotAffectTheOthers() throws Exception {
        DefenderConfiguration read = read("<customClouds><" + CLOUD + "/><null/><" + CLOUD
                + "><name>insecure</name><apiUrl>http://a.example</apiUrl></" + CLOUD + "><" + CLOUD
                + "><name>good</name><apiUrl>https://a.example</apiUrl><authorityUrl>https://b.example</authorityUrl>"
                + "<scope>https://a.example/.default</scope></" + CLOUD + "></customClouds>");
        assertEquals(
                List.of("", "insecure", "good"),
                read.getCustomClouds().stream().map(CustomCloud::getName).toList());
        assertTrue(read.findCloud("good").isPresent());
        assertFalse(read.findCloud("insecure").isPresent());
        assertEquals(Cloud.PRESETS.size() + 1, read.clouds().size());
    }

    @Test
    void ruleThatCannotBeUsedRefusesWhatReachesIt() throws Exception {
        String first = rule("<verdict>ALLOW</verdict><jobs>first</jobs><tags>*</tags>");
        String last = rule("<verdict>ALLOW</verdict><jobs>**</jobs><tags>*</tags>");
        assertRefused(first + rule("") + last, "rule 2 cannot be used: It has no verdict");
        assertRefused(first + "<null/>" + last, "rule 2 cannot be used: It has no verdict");
        assertRefused(
                first + rule("<verdict>PERHAPS</verdict><jobs>**</jobs>") + last,
                "rule 2 cannot be used: It has no verdict");
        assertRefused(first + rule("<verdict>DENY</verdict><jobs>**</jobs>") + last, "It names no tags");
        assertRefused(first + rule("<verdict>DENY</verdict><tags>x</tags>") + last, "It names no jobs");
        assertRefused(
                first + rule("<verdict>DENY</verdict><jobs>**</jobs><tags>" + "x".repeat(201) + "</tags>") + last,
                "has 201 characters");
    }

    @Test
    void ruleForAgentsThatCannotBeUsedFitsNoAgent() throws Exception {
        String type = AgentTagRule.class.getName();
        List<AgentTagRule> read = read("<agentTags><null/><" + type + "/><" + type + "><label>a &amp;&amp;</label></"
                        + type
                        + "><" + type + "><tags><string>x</string><int>7</int></tags></" + type + "><" + type
                        + "><label>!other</label><tags><string>x</string><null/></tags></" + type + "></agentTags>")
                .getAgentTags();
        assertEquals(
                List.of("", "a &&", "", "!other"),
                read.stream().map(AgentTagRule::getLabel).toList());
        assertEquals(
                List.of(false, false, false, true),
                read.stream().map(rule -> rule.fits(r.jenkins)).toList());
        assertEquals(List.of("x"), read.get(2).getTags());
        assertEquals(List.of("x"), read.get(3).getTags());
    }

    private void assertRefused(String rules, String reason) throws Exception {
        TagPolicy policy = read("<policy><rules>" + rules + "</rules></policy>").getPolicy();
        policy.check(request("first"));
        for (AbortException refusal : List.of(
                assertThrows(AbortException.class, () -> policy.check(request("second"))),
                assertThrows(AbortException.class, () -> policy.checkReading("second", "defender")))) {
            assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
        }
    }

    private static PolicyRequest request(String job) {
        return new PolicyRequest(job, new Tag("x"), TagAction.ADD, true, "defender");
    }

    @Test
    void optionalFieldsOfARuleHaveTheirDefaults() throws Exception {
        PolicyRule rule = read("<policy><rules>" + rule("<verdict>ALLOW</verdict><jobs>**</jobs><tags>*</tags>")
                        + "</rules></policy>")
                .getPolicy()
                .getRules()
                .get(0);
        assertEquals(PolicyRule.Action.BOTH, rule.getAction());
        assertEquals(PolicyRule.Machines.ANY, rule.getMachines());
        assertEquals("", rule.getCredentials());
    }

    @Test
    void brokenFileRefusesEverythingUntilItIsSavedAgain() throws Exception {
        Files.writeString(file(), "<?xml version='1.1' encoding='UTF-8'?>\n<" + DefenderConfiguration.class.getName());
        DefenderConfiguration read = new DefenderConfiguration();
        assertTrue(assertThrows(AbortException.class, () -> read.getPolicy().check(request("any")))
                .getMessage()
                .contains("rule 1, deny * for **"));
        read.setPolicy(null);
        new DefenderConfiguration().getPolicy().check(request("any"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    tenantId | is not a tenant ID
                    clientId | is not a client ID
                    signIn   | It has no sign-in method. Choose one.
                    cloud    |
                    scope    |
                    """)
    void credentialWithoutAFieldIsReadAndSaysWhatToEnter(String field, String message) throws Exception {
        EntraAppRegistration complete = SimulatedDefender.credential("partial", DefenderSimulator.SECRET);
        if (field.equals("cloud")) {
            complete.setCloud("commercial");
        }
        String xml = Jenkins.XSTREAM2.toXML(complete);
        String partial = xml.replaceAll("(?s)<" + field + "\\b.*</" + field + ">", "");
        assertFalse(partial.equals(xml), xml);
        SimulatedDefender.add((EntraAppRegistration) Jenkins.XSTREAM2.fromXML(partial));

        EntraAppRegistration found = AppRegistrations.findForJenkins("partial");
        if (message == null) {
            found.toAppRegistration();
        } else {
            String error =
                    assertThrows(AbortException.class, found::toAppRegistration).getMessage();
            assertTrue(error.startsWith("The credential partial cannot be used. ") && error.contains(message), error);
        }
        assertTrue(CredentialsNameProvider.name(found).contains("partial"), CredentialsNameProvider.name(found));
        AppRegistrations.findDefault().toAppRegistration();
    }

    @Test
    void emptyCredentialDoesNotAffectTheOthers() throws Exception {
        String type = EntraAppRegistration.class.getName();
        SimulatedDefender.add((EntraAppRegistration) Jenkins.XSTREAM2.fromXML("<" + type + "/>"));
        SimulatedDefender.add((EntraAppRegistration) Jenkins.XSTREAM2.fromXML("<" + type
                + "><id>unknown-way</id><signIn class=\"io.example.Unknown\"/><cloud>gone</cloud></" + type + ">"));

        assertEquals(4, AppRegistrations.list(null, null).size(), "none, the working one, and both of these");
        AppRegistrations.findDefault().toAppRegistration();
        assertThrows(AbortException.class, AppRegistrations.findForJenkins("unknown-way")::toAppRegistration);
        WebClients.open(r).goTo("manage/credentials/");
        WebClients.open(r).goTo("manage/configure");
    }

    private static String rule(String fields) {
        return "<" + RULE + ">" + fields + "</" + RULE + ">";
    }

    private static String xml(String fields) {
        return "<" + DefenderConfiguration.class.getName() + ">" + fields + "</" + DefenderConfiguration.class.getName()
                + ">";
    }

    private static DefenderConfiguration read(String fields) throws Exception {
        Files.writeString(file(), "<?xml version='1.1' encoding='UTF-8'?>\n" + xml(fields));
        return new DefenderConfiguration();
    }

    private static Path file() {
        return new File(Jenkins.get().getRootDir(), DefenderConfiguration.class.getName() + ".xml").toPath();
    }
}
