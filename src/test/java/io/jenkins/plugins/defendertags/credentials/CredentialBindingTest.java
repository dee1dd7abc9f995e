package io.jenkins.plugins.defendertags.credentials;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider.FolderCredentialsProperty;
import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsParameterDefinition;
import com.cloudbees.plugins.credentials.CredentialsParameterValue;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.UserCredentialsProvider.UserCredentialsProperty;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.DomainCredentials;
import hudson.AbortException;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.User;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ClientCertificate;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.TestKeyStore;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

@WithDefender
@Timeout(180)
class CredentialBindingTest {

    private static final String OTHER_CLIENT = "99999999-4e5f-6071-8293-a4b5c6d7e8f9";

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    CredentialBindingTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void saysWhereTheCredentialWasFound() throws Exception {
        Folder team = r.createProject(Folder.class, "team");
        SimulatedDefender.add(team, SimulatedDefender.credential("of-team", "x"));
        WorkflowRun build = build(team.createProject(Folder.class, "app"), "");

        assertEquals(
                new CredentialBinding("defender", "system", DefenderSimulator.TENANT, DefenderSimulator.CLIENT),
                AppRegistrations.find(build, null).binding());
        assertEquals(
                "folder team", AppRegistrations.find(build, "of-team").binding().place());
        assertEquals(
                "folder team",
                AppRegistrations.findIn(build.getParent(), "of-team").binding().place());
        assertEquals("system", AppRegistrations.findDefault().binding().place());
    }

    @Test
    void folderWithTheIdOfTheDefaultHasADefaultOfItsOwn() throws Exception {
        Folder team = r.createProject(Folder.class, "team");
        Folder other = r.createProject(Folder.class, "other");
        SimulatedDefender.add(team, credentialOf("22222222-4e5f-6071-8293-a4b5c6d7e8f9", "defender"));
        WorkflowRun inTeam = build(team.createProject(Folder.class, "app"), "");

        assertEquals(
                "22222222-4e5f-6071-8293-a4b5c6d7e8f9",
                AppRegistrations.find(inTeam, null).getClientId());
        assertEquals(
                DefenderSimulator.CLIENT,
                AppRegistrations.find(build(other, ""), null).getClientId());
    }

    @Test
    void isFoundAgainOnlyInItsPlaceAndForItsApplication() throws Exception {
        Folder team = r.createProject(Folder.class, "team");
        SimulatedDefender.add(team, SimulatedDefender.credential("defender", DefenderSimulator.SECRET));
        CredentialBinding ofTeam = AppRegistrations.find(build(team, ""), null).binding();
        CredentialBinding ofSystem = AppRegistrations.findDefault().binding();

        replace(team, SimulatedDefender.credential("defender", "rotated"));
        assertEquals(
                "rotated",
                Secret.toString(
                        ((SecretSignIn) AppRegistrations.find(ofTeam, null).getSignIn()).getValue()));

        replace(team, credentialOf(OTHER_CLIENT, "defender"));
        assertUnusable(
                ofTeam,
                "The credential defender in the folder team now stands for the app registration " + OTHER_CLIENT,
                "because it was used for the app registration " + DefenderSimulator.CLIENT);

        replace(team, SimulatedDefender.credential("renamed", DefenderSimulator.SECRET));
        assertUnusable(ofTeam, "The credential defender in the folder team no longer exists. Create it there again");

        team.delete();
        assertUnusable(ofTeam, "The credential defender in the folder team no longer exists.");
        assertEquals("defender", AppRegistrations.find(ofSystem, null).getId());

        SystemCredentialsProvider.getInstance().getCredentials().clear();
        assertUnusable(ofSystem, "The credential defender in Manage Jenkins > Credentials no longer exists.");
    }

    @Test
    void followsARenamedFolder() throws Exception {
        Folder team = r.createProject(Folder.class, "team");
        SimulatedDefender.add(team, SimulatedDefender.credential("of-team", "x"));
        CredentialBinding before =
                AppRegistrations.find(build(team, ""), "of-team").binding();
        team.renameTo("squad");

        assertUnusable(before, "in the folder team no longer exists");
        assertEquals(
                "of-team",
                AppRegistrations.find(before.moved("team", "squad"), null).getId());
        assertEquals(before, before.moved("tea", "x"));
        assertEquals(before, before.moved("team/app", "x"));
        CredentialBinding inside = new CredentialBinding("x", "folder a/b c", "", "");
        assertEquals("folder d/b c", inside.moved("a", "d").place());
        CredentialBinding system = AppRegistrations.findDefault().binding();
        assertEquals(system, system.moved("team", "x"));
    }

    @Test
    void usersOwnCredentialWorksToTheEnd(@TempDir Path folder) throws Exception {
        Path keyStore = TestKeyStore.create(folder.resolve("user.p12"), "jenkins");
        simulator.entra().registerCertificate(TestKeyStore.certificate(TestKeyStore.open(keyStore), "jenkins"));
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(jenkins.model.Jenkins.ADMINISTER)
                .everywhere()
                .to("alice"));
        User alice = User.getById("alice", true);
        alice.addProperty(new UserCredentialsProperty(new DomainCredentials[] {
            new DomainCredentials(
                    Domain.global(),
                    List.<Credentials>of(
                            SimulatedDefender.certificate("of-alice", keyStore),
                            own("mine", new CertificateSignIn("of-alice"))))
        }));

        String add = "defenderTag action: 'Add', value: 'x', machine: '" + AGENT_ID + "', credentialsId: '${CRED}'";
        WorkflowRun build = build(r.jenkins, add);
        assertTrue(simulator.tagsOf(AGENT_ID).contains("x"), JenkinsRule.getLog(build));

        CredentialBinding binding = AppRegistrations.find(build, "${CRED}").binding();
        assertEquals("mine", binding.credentialsId());
        assertEquals("user alice", binding.place());
        AppRegistration again = AppRegistrations.find(binding, null).toAppRegistration();
        assertTrue(again.signIn() instanceof ClientCertificate, again::describe);
        AppRegistrations.find(binding, build).toAppRegistration();

        alice.delete();
        assertUnusable(binding, "The credential mine in the credentials of the user alice no longer exists.");
    }

    private static EntraAppRegistration own(String id, EntraSignIn signIn) {
        EntraAppRegistration credential = new EntraAppRegistration(
                CredentialsScope.USER, id, "", DefenderSimulator.TENANT, DefenderSimulator.CLIENT, signIn);
        credential.setCloud("simulated");
        return credential;
    }

    private static EntraAppRegistration credentialOf(String client, String id) {
        return new EntraAppRegistration(
                CredentialsScope.GLOBAL,
                id,
                "",
                DefenderSimulator.TENANT,
                client,
                new SecretSignIn(Secret.fromString("x")));
    }

    private static void replace(Folder folder, EntraAppRegistration credential) throws Exception {
        folder.getProperties().remove(FolderCredentialsProperty.class);
        SimulatedDefender.add(folder, credential);
    }

    private static void assertUnusable(CredentialBinding binding, String... parts) {
        String message = assertThrows(AbortException.class, () -> AppRegistrations.find(binding, null))
                .getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    /** Of a job with the credentials parameter CRED, started by alice, who chose her credential "mine". */
    private WorkflowRun build(hudson.model.ItemGroup<?> where, String script) throws Exception {
        WorkflowJob job = where instanceof Folder folder
                ? folder.createProject(WorkflowJob.class, "job")
                : r.createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition(script, true));
        job.addProperty(new ParametersDefinitionProperty(
                new CredentialsParameterDefinition("CRED", "", "", EntraAppRegistration.class.getName(), false)));
        return r.assertBuildStatusSuccess(job.scheduleBuild2(
                0,
                new ParametersAction(new CredentialsParameterValue("CRED", "mine", "")),
                new CauseAction(new Cause.UserIdCause("alice"))));
    }
}
