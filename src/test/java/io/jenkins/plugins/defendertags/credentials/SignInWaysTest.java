package io.jenkins.plugins.defendertags.credentials;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import hudson.EnvVars;
import hudson.model.Fingerprint;
import hudson.model.ItemGroup;
import hudson.model.Result;
import hudson.security.ACL;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.SimulatedIssuer;
import io.jenkins.plugins.defendertags.simulator.TestKeyStore;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import io.jenkins.plugins.oidc_provider.IdTokenStringCredentials;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** Builds that sign in, in every way that there is. */
@WithDefender
@Timeout(120)
class SignInWaysTest {

    private static final String VARIABLE = "AZURE_FEDERATED_TOKEN_FILE";

    @TempDir
    Path folder;

    private final SimulatedIssuer issuer = new SimulatedIssuer("https://issuer.example.com");
    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    SignInWaysTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void setUp() throws Exception {
        simulator.entra().trust(issuer, "jenkins");
    }

    @AfterEach
    void close() {
        EnvVars.masterEnvVars.remove(VARIABLE);
    }

    @Test
    void certificate() throws Exception {
        SimulatedDefender.add(certificateCredential("certificate", "jenkins"));
        registerCertificate("jenkins");
        addRegistration(new CertificateSignIn("certificate"));
        WorkflowRun run = succeeds(r.jenkins);
        assertUseIsTracked("certificate", run);
        assertUseIsTracked("registration", run);
        r.assertLogNotContains(TestKeyStore.PASSWORD, run);
    }

    @Test
    void certificateOfTheFolderIsUsedByTheFoldersRegistration() throws Exception {
        registerCertificate("jenkins");
        Folder here = r.createProject(Folder.class, "here");
        SimulatedDefender.add(
                here,
                certificateCredential("certificate", "jenkins"),
                SimulatedDefender.credential("registration", new CertificateSignIn("certificate")));
        succeeds(here);

        Folder elsewhere = r.createProject(Folder.class, "elsewhere");
        SimulatedDefender.add(
                elsewhere, SimulatedDefender.credential("registration", new CertificateSignIn("certificate")));
        fails(
                elsewhere,
                "The credential registration cannot be used. There is no certificate with the credential ID"
                        + " \"certificate\" that may be used here.");
    }

    @Test
    void certificateThatDoesNotDo() throws Exception {
        SimulatedDefender.add(certificateCredential("certificate", "jenkins"));
        addRegistration(new CertificateSignIn("certificate"));
        fails(r.jenkins, "Upload the certificate to the app registration in Entra.");

        CertificateSignIn wrongAlias = new CertificateSignIn("certificate");
        wrongAlias.setAlias("other");
        SimulatedDefender.add(SimulatedDefender.credential("alias", wrongAlias));
        fails(
                r.jenkins,
                "alias",
                "Its certificate certificate cannot be used. The key store has no private key with the alias \"other\"."
                        + " Enter one of: jenkins.");
        SimulatedDefender.add(SimulatedDefender.credential("none", new CertificateSignIn("")));
        fails(r.jenkins, "none", "No certificate is chosen.");
        SimulatedDefender.add(SimulatedDefender.credential("no-way", (EntraSignIn) null));
        fails(r.jenkins, "no-way", "It has no sign-in method. Choose one.");
    }

    @Test
    void federatedTokenInASecretText() throws Exception {
        SimulatedDefender.add(new StringCredentialsImpl(
                CredentialsScope.GLOBAL, "id-token", "", Secret.fromString(issuer.token("jenkins"))));
        addRegistration(token("id-token"));
        assertUseIsTracked("id-token", succeeds(r.jenkins));
    }

    @Test
    void federatedTokenInASecretFile() throws Exception {
        byte[] text = (issuer.token("jenkins") + "\n").getBytes(StandardCharsets.UTF_8);
        SimulatedDefender.add(
                new FileCredentialsImpl(CredentialsScope.GLOBAL, "id-token", "", "t", SecretBytes.fromBytes(text)));
        addRegistration(token("id-token"));
        succeeds(r.jenkins);
    }

    @Test
    void federatedTokenOfTheOpenIdConnectProvider() throws Exception {
        IdTokenStringCredentials idToken = new IdTokenStringCredentials(CredentialsScope.GLOBAL, "id-token", "");
        idToken.setAudience("api://AzureADTokenExchange");
        SimulatedDefender.add(idToken);
        addRegistration(token("id-token"));
        String url = r.getURL() + "oidc";
        WorkflowJob job = job(r.jenkins, "registration");
        simulator.entra().trust(new SimulatedIssuer(url, publishedKey()), job.getAbsoluteUrl());
        WorkflowRun run = r.buildAndAssertSuccess(job);
        assertUseIsTracked("id-token", run);

        long signIns = simulator.tokenCalls();
        r.buildAndAssertSuccess(job);
        assertEquals(signIns, simulator.tokenCalls(), "the next build proves the same");

        simulator.revokeTokens();
        r.buildAndAssertSuccess(job);
        assertEquals(signIns + 1, simulator.tokenCalls());

        fails(r.jenkins, "the subject \"" + r.getURL() + "job/test"); // Entra trusts the first job alone
    }

    @Test
    void whatIsNoTokenStaysInJenkins() throws Exception {
        SimulatedDefender.add(
                new StringCredentialsImpl(CredentialsScope.GLOBAL, "password", "", Secret.fromString("swordfish")));
        SimulatedDefender.add(certificateCredential("certificate", "jenkins"));
        addRegistration(token("password"));
        SimulatedDefender.add(SimulatedDefender.credential("other-kind", token("certificate")));
        SimulatedDefender.add(SimulatedDefender.credential("lost", token("deleted")));
        WorkflowRun run = fails(
                r.jenkins, "Its federated token password cannot be used. The federated token is not a JSON Web Token.");
        r.assertLogNotContains("swordfish", run);
        fails(r.jenkins, "other-kind", "It is neither a secret text nor a secret file.");
        fails(r.jenkins, "lost", "There is no federated token with the credential ID \"deleted\"");
        assertEquals(0, simulator.tokenCalls());
    }

    @Test
    void federatedTokenOfTheControllersEnvironment() throws Exception {
        addRegistration(new FederatedTokenSignIn());
        fails(r.jenkins, "The controller's environment has no " + VARIABLE);
        Path file = Files.writeString(folder.resolve("token"), issuer.token("jenkins"));
        EnvVars.masterEnvVars.put(VARIABLE, file.toString());
        succeeds(r.jenkins);
    }

    @Test
    void managedIdentityOfTheController() throws Exception {
        simulator.entra().assignIdentities(DefenderSimulator.CLIENT);
        EntraAppRegistration credential = new EntraAppRegistration(
                CredentialsScope.GLOBAL, "registration", "", null, null, new ManagedIdentitySignIn());
        credential.setCloud("simulated");
        SimulatedDefender.add(credential);
        try (IdentityEndpoint azure = new IdentityEndpoint(simulator.entra().identityUrl())) {
            assertNotNull(azure);
            succeeds(r.jenkins);
        }
    }

    @Test
    void whoeverRunsAFolderDoesNotGetTheControllersIdentity() throws Exception {
        EnvVars.masterEnvVars.put(
                VARIABLE,
                Files.writeString(folder.resolve("token"), issuer.token("jenkins"))
                        .toString());
        for (EntraSignIn way : List.of(new FederatedTokenSignIn(), new ManagedIdentitySignIn())) {
            Folder theirs = r.createProject(Folder.class, way.getClass().getSimpleName());
            SimulatedDefender.add(theirs, SimulatedDefender.credential("registration", way));
            fails(theirs, "It signs in as the Jenkins controller, which a credential of a folder or user must not do.");
        }
        assertEquals(List.of(), simulator.requests());
    }

    @Test
    void defaultRegistrationOfJenkinsItselfFindsItsCertificate() throws Exception {
        SimulatedDefender.add(certificateCredential("certificate", "jenkins"));
        registerCertificate("jenkins");
        addRegistration(new CertificateSignIn("certificate"));
        DefenderConfiguration.get().setDefaultCredentialsId("registration");
        AppRegistration found = AppRegistrations.findDefault().toAppRegistration();
        DefenderService.get()
                .queue(found)
                .getMachine(found, new MachineId(AGENT_ID))
                .get();
        assertEquals(1, simulator.tokenCalls());
    }

    private static FederatedTokenSignIn token(String credentialsId) {
        FederatedTokenSignIn signIn = new FederatedTokenSignIn();
        signIn.setCredentialsId(credentialsId);
        return signIn;
    }

    private static void addRegistration(EntraSignIn signIn) throws Exception {
        SimulatedDefender.add(SimulatedDefender.credential("registration", signIn));
    }

    private Path keyStore(String alias) throws Exception {
        Path file = folder.resolve(alias + ".p12");
        return Files.exists(file) ? file : TestKeyStore.create(file, alias);
    }

    private Credentials certificateCredential(String id, String alias) throws Exception {
        return SimulatedDefender.certificate(id, keyStore(alias));
    }

    private void registerCertificate(String alias) throws Exception {
        simulator.entra().registerCertificate(TestKeyStore.certificate(TestKeyStore.open(keyStore(alias)), alias));
    }

    /** As Entra gets it. */
    private PublicKey publishedKey() throws Exception {
        JSONObject key = JSONObject.fromObject(WebClients.open(r)
                        .goTo("oidc/jwks", "application/json")
                        .getWebResponse()
                        .getContentAsString())
                .getJSONArray("keys")
                .getJSONObject(0);
        return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(number(key.getString("n")), number(key.getString("e"))));
    }

    private static BigInteger number(String base64) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(base64));
    }

    private WorkflowJob job(ItemGroup<?> where, String credentialsId) throws Exception {
        String name = "test" + System.nanoTime();
        WorkflowJob job = where instanceof Folder inside
                ? inside.createProject(WorkflowJob.class, name)
                : r.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(
                "defenderTag action: 'Add', value: 'x', machine: '%s', credentialsId: '%s'"
                        .formatted(AGENT_ID, credentialsId),
                true));
        return job;
    }

    private WorkflowRun succeeds(ItemGroup<?> where) throws Exception {
        WorkflowRun run = r.buildAndAssertSuccess(job(where, "registration"));
        assertTrue(simulator.tagsOf(AGENT_ID).contains("x"));
        assertFalse(simulator.tokens().isEmpty());
        return run;
    }

    private WorkflowRun fails(ItemGroup<?> where, String message) throws Exception {
        return fails(where, "registration", message);
    }

    private WorkflowRun fails(ItemGroup<?> where, String credentialsId, String message) throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job(where, credentialsId));
        r.assertLogContains(message, run);
        return run;
    }

    private void assertUseIsTracked(String credentialsId, WorkflowRun run) throws Exception {
        Fingerprint uses = CredentialsProvider.getFingerprintOf(
                CredentialsProvider.lookupCredentialsInItemGroup(Credentials.class, r.jenkins, ACL.SYSTEM2).stream()
                        .filter(credential -> credential instanceof IdCredentials named
                                && named.getId().equals(credentialsId))
                        .findFirst()
                        .orElseThrow());
        assertNotNull(uses, credentialsId);
        assertTrue(uses.getJobs().contains(run.getParent().getFullName()), credentialsId);
    }
}
