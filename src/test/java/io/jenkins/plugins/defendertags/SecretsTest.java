package io.jenkins.plugins.defendertags;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.credentials.CertificateSignIn;
import io.jenkins.plugins.defendertags.credentials.FederatedTokenSignIn;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.SimulatedIssuer;
import io.jenkins.plugins.defendertags.simulator.TestKeyStore;
import io.jenkins.plugins.defendertags.steps.DefenderTagBuilder;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;

/** Neither the client secret nor a token is in any file, log or page after builds that worked and builds that failed. */
@WithDefender
class SecretsTest {

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    SecretsTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void noSecretIsLeftBehind() throws Exception {
        LogRecorder logs = new LogRecorder()
                .record("io.jenkins.plugins.defendertags", Level.ALL)
                .record("org.jenkinsci.plugins.workflow", Level.FINE)
                .capture(10_000);
        WorkflowJob pipeline = r.createProject(WorkflowJob.class, "pipeline");
        pipeline.setDefinition(new CpsFlowDefinition("""
                def m = defenderTag action: 'Add', value: 'x', machine: '%s', credentialsId: 'defender'
                sleep 1
                echo m.toString()
                """.formatted(AGENT_ID), true));
        FreeStyleProject freestyle = r.createFreeStyleProject("freestyle");
        DefenderTagBuilder builder = new DefenderTagBuilder("Remove", "x");
        builder.setMachine(AGENT_ID);
        freestyle.getBuildersList().add(builder);

        r.buildAndAssertSuccess(pipeline);
        r.buildAndAssertSuccess(freestyle);
        for (Fault fault : List.of(
                Fault.html(200),
                Fault.answer(200, "text/plain", "Bearer " + simulator.tokens().get(0)),
                Fault.defenderError(400, "BadRequest", "no"))) {
            simulator.failApiCalls(fault);
            r.buildAndAssertStatus(Result.FAILURE, pipeline);
        }
        simulator.failApiCalls(null);
        simulator.revokeTokens();
        simulator.failTokenRequests(Fault.answer(400, "text/plain", "client_secret=" + DefenderSimulator.SECRET));
        r.buildAndAssertStatus(Result.FAILURE, freestyle);

        List<String> secrets = new ArrayList<>(List.of(DefenderSimulator.SECRET));
        simulator.tokens().forEach(token -> secrets.add(token.replace("revoked ", "")));
        assertTrue(secrets.size() > 1, "there were tokens");

        assertEquals(List.of(), filesWith(r.jenkins.getRootDir().toPath(), secrets));
        for (String page : List.of(
                "job/pipeline/1/",
                "job/pipeline/1/consoleText",
                "job/pipeline/lastBuild/api/json?depth=3",
                "job/freestyle/lastBuild/api/xml?depth=3",
                "job/freestyle/configure",
                "manage/credentials/store/system/domain/_/credential/defender/update",
                "manage/credentials/store/system/domain/_/api/json?depth=3",
                "manage/configure")) {
            String type = page.contains("xml") ? "application/xml" : null;
            String text = WebClients.open(r).goTo(page, type).getWebResponse().getContentAsString();
            assertFalse(secrets.stream().anyMatch(text::contains), page);
        }
        String recorded = String.join("\n", logs.getMessages())
                + logs.getRecords().stream()
                        .map(log ->
                                log.getThrown() == null ? "" : log.getThrown().toString())
                        .toList();
        assertTrue(recorded.contains("could not change a tag"), "the log was recorded at all");
        assertFalse(secrets.stream().anyMatch(recorded::contains), recorded);
    }

    @Test
    void noOtherProofIsLeftBehind(@TempDir Path folder) throws Exception {
        LogRecorder logs = new LogRecorder()
                .record("io.jenkins.plugins.defendertags", Level.ALL)
                .capture(10_000);
        SimulatedIssuer issuer = new SimulatedIssuer("https://issuer.example.com");
        String idToken = issuer.token("jenkins");
        Path keyStore = TestKeyStore.create(folder.resolve("k.p12"), "jenkins");
        SimulatedDefender.add(SimulatedDefender.certificate("certificate", keyStore));
        SimulatedDefender.add(
                new StringCredentialsImpl(CredentialsScope.GLOBAL, "id-token", "", Secret.fromString(idToken)));
        FederatedTokenSignIn token = new FederatedTokenSignIn();
        token.setCredentialsId("id-token");
        SimulatedDefender.add(SimulatedDefender.credential("by-token", token));
        SimulatedDefender.add(SimulatedDefender.credential("by-certificate", new CertificateSignIn("certificate")));
        WorkflowJob job = r.createProject(WorkflowJob.class, "pipeline");
        for (Result expected : List.of(Result.FAILURE, Result.SUCCESS)) {
            for (String credentialsId : List.of("by-token", "by-certificate")) {
                job.setDefinition(new CpsFlowDefinition(
                        "defenderTag action: 'Add', value: 'x', machine: '%s', credentialsId: '%s'"
                                .formatted(AGENT_ID, credentialsId),
                        true));
                WorkflowRun run = r.buildAndAssertStatus(expected, job);
                assertEquals(expected == Result.FAILURE, JenkinsRule.getLog(run).contains("[code AADSTS700"));
            }
            simulator.entra().trust(issuer, "jenkins");
            simulator.entra().registerCertificate(TestKeyStore.certificate(TestKeyStore.open(keyStore), "jenkins"));
        }
        List<String> secrets = new ArrayList<>(List.of(idToken, TestKeyStore.PASSWORD));
        secrets.addAll(simulator.tokens());
        assertEquals(4, secrets.size());
        assertEquals(List.of(), filesWith(r.jenkins.getRootDir().toPath(), secrets));
        String recorded = String.join("\n", logs.getMessages())
                + logs.getRecords().stream().map(LogRecord::getThrown).toList();
        assertFalse(secrets.stream().anyMatch(recorded::contains), recorded);
    }

    @Test
    void theSearchFindsWhatIsThere(JenkinsRule r) throws Exception {
        Path leak = Files.writeString(
                r.jenkins.getRootDir().toPath().resolve("leak.txt"), "a " + DefenderSimulator.SECRET + " b");
        assertEquals(List.of(leak), filesWith(r.jenkins.getRootDir().toPath(), List.of(DefenderSimulator.SECRET)));
    }

    private static List<Path> filesWith(Path folder, List<String> secrets) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> secrets.stream().anyMatch(text(file)::contains))
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException x) {
            return ""; // deleted in the meantime
        }
    }
}
