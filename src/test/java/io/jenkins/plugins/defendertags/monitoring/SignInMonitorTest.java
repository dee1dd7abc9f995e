package io.jenkins.plugins.defendertags.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import hudson.ExtensionList;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.credentials.CertificateSignIn;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.TestKeyStore;
import io.jenkins.plugins.defendertags.steps.DefenderTagBuilder;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

@WithDefender
class SignInMonitorTest {

    private static final Fault REFUSAL = Fault.answer(
            401,
            "application/json",
            "{\"error\":\"invalid_client\",\"error_codes\":[7000215],"
                    + "\"error_description\":\"AADSTS7000215: Invalid client secret provided.\"}");

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    SignInMonitorTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    private static SignInMonitor monitor() {
        return ExtensionList.lookupSingleton(SignInMonitor.class);
    }

    private void build(String credentialsId, Result expected) throws Exception {
        FreeStyleProject project = r.createFreeStyleProject();
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
        builder.setMachine(SimulatedDefender.AGENT_ID);
        builder.setCredentialsId(credentialsId);
        project.getBuildersList().add(builder);
        r.buildAndAssertStatus(expected, project);
    }

    @Test
    void aRefusedSignInIsShown() throws Exception {
        SimulatedDefender.add(SimulatedDefender.credential("wrong", "not-the-secret"));
        build("defender", Result.SUCCESS);
        assertFalse(monitor().isActivated(), "the credential that is used works");
        build("wrong", Result.FAILURE);
        assertTrue(monitor().isActivated());
        List<SignInMonitor.Warning> warnings = monitor().getWarnings();
        assertEquals(1, warnings.size());
        assertEquals("wrong", warnings.get(0).getCredentialsId());
        assertEquals("Manage Jenkins > Credentials", warnings.get(0).getPlace());
        assertTrue(
                warnings.get(0).getProblem().contains("AADSTS7000215"),
                warnings.get(0).getProblem());
        assertNotNull(warnings.get(0).getErrorCode());
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            String page = client.goTo("manage/").getBody().asNormalizedText();
            assertTrue(page.contains("cannot sign in to Microsoft Defender with the credential wrong"), page);
            assertTrue(page.contains("More about "), page);
        }
        assertFalse(WebClients.open(r).goTo("manage/").asXml().contains("not-the-secret"));
    }

    @Test
    void aSignInThatSucceedsEndsTheWarning() throws Exception {
        simulator.failNextTokenRequests(REFUSAL);
        build("defender", Result.FAILURE);
        assertTrue(monitor().isActivated());
        build("defender", Result.SUCCESS);
        assertFalse(monitor().isActivated());
    }

    @Test
    void aReplacedOrDeletedCredentialIsNotReported() throws Exception {
        SimulatedDefender.add(SimulatedDefender.credential("wrong", "not-the-secret"));
        build("wrong", Result.FAILURE);
        assertTrue(monitor().isActivated());
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .removeIf(credential ->
                        credential instanceof IdCredentials id && id.getId().equals("wrong"));
        assertFalse(monitor().isActivated(), "it is gone");
        SimulatedDefender.add(SimulatedDefender.credential("wrong", "another"));
        build("wrong", Result.FAILURE);
        assertTrue(monitor().isActivated());
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .replaceAll(credential ->
                        credential instanceof IdCredentials id && id.getId().equals("wrong")
                                ? SimulatedDefender.credential("wrong", DefenderSimulator.SECRET)
                                : credential);
        assertFalse(monitor().isActivated(), "its secret was replaced");
    }

    @Test
    void aCertificateThatExpiresWithinThirtyDaysIsShown() throws Exception {
        certificate("long", "60");
        build("long", Result.SUCCESS);
        assertFalse(monitor().isActivated());
        certificate("short", "20");
        build("short", Result.SUCCESS);
        List<SignInMonitor.Warning> warnings = monitor().getWarnings();
        assertEquals(1, warnings.size());
        assertEquals("short", warnings.get(0).getCredentialsId());
        assertEquals(null, warnings.get(0).getErrorCode());
        assertTrue(warnings.get(0).getEnd().toInstant().isBefore(Instant.now().plus(Duration.ofDays(21))));
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            String page = client.goTo("manage/").getBody().asNormalizedText();
            assertTrue(page.contains("The certificate of the credential short in Manage Jenkins > Credentials"), page);
        }
    }

    @Test
    void anExpiredCertificateIsShownWithItsError() throws Exception {
        Path keyStore = TestKeyStore.create(folder.resolve("old.p12"), "old", "-startdate", "-40d", "-validity", "10");
        simulator.entra().registerCertificate(TestKeyStore.certificate(TestKeyStore.open(keyStore), "old"));
        SimulatedDefender.add(SimulatedDefender.certificate("old-store", keyStore));
        SimulatedDefender.add(SimulatedDefender.credential("old", new CertificateSignIn("old-store")));
        build("old", Result.FAILURE);
        assertEquals(
                ErrorCode.CERTIFICATE_UNUSABLE, monitor().getWarnings().get(0).getErrorCode());
    }

    private void certificate(String id, String days) throws Exception {
        Path keyStore = TestKeyStore.create(folder.resolve(id + ".p12"), id, "-validity", days);
        simulator.entra().registerCertificate(TestKeyStore.certificate(TestKeyStore.open(keyStore), id));
        SimulatedDefender.add(SimulatedDefender.certificate(id + "-store", keyStore));
        SimulatedDefender.add(SimulatedDefender.credential(id, new CertificateSignIn(id + "-store")));
    }
}
