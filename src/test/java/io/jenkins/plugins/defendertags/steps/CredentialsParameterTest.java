package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_NAME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsParameterDefinition;
import com.cloudbees.plugins.credentials.CredentialsParameterValue;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.UserCredentialsProvider.UserCredentialsProperty;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.DomainCredentials;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.User;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.credentials.SecretSignIn;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.util.List;
import jenkins.model.Jenkins;
import jenkins.model.ParameterizedJobMixIn;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** The credential that whoever starts a build chooses for a parameter: it is used on behalf of that user. */
@WithDefender
class CredentialsParameterTest {

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    CredentialsParameterTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    /** Nobody needs a permission to use the credentials of Jenkins but through a parameter: alice has it, bob does not. */
    @BeforeEach
    void users() throws Exception {
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, Item.BUILD)
                .everywhere()
                .to("alice", "bob")
                .grant(Item.CONFIGURE)
                .everywhere()
                .to("alice"));
        for (String name : List.of("alice", "bob")) {
            EntraAppRegistration own = new EntraAppRegistration(
                    CredentialsScope.USER,
                    "of-" + name,
                    "",
                    DefenderSimulator.TENANT,
                    DefenderSimulator.CLIENT,
                    new SecretSignIn(Secret.fromString(DefenderSimulator.SECRET)));
            own.setCloud("simulated");
            User.getById(name, true).addProperty(new UserCredentialsProperty(new DomainCredentials[] {
                new DomainCredentials(Domain.global(), List.<Credentials>of(own))
            }));
        }
    }

    @Test
    void freestyleBuildUsesItOnBehalfOfWhoeverStartedIt() throws Exception {
        for (String variable : List.of("${CRED}", "$CRED", " ${CRED} ")) {
            DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
            builder.setMachine(AGENT_ID);
            builder.setCredentialsId(variable);
            FreeStyleProject project = r.createFreeStyleProject();
            project.getBuildersList().add(builder);
            assertAsBobMayNotAndAliceMay(project);
            simulator.addMachine(AGENT_ID, AGENT_NAME, "linux");
            r.assertBuildStatusSuccess(start(project, "bob", "of-bob"));
            assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
            simulator.addMachine(AGENT_ID, AGENT_NAME, "linux");
        }
    }

    @Test
    void freestyleBuildWithTagsToo() throws Exception {
        WithDefenderTagStep block = new WithDefenderTagStep("x");
        block.setMachine(AGENT_ID);
        block.setCredentialsId("${CRED}");
        FreeStyleProject project = r.createFreeStyleProject();
        project.getBuildWrappersList().add(new DefenderTagWrapper(block));
        assertRefused(start(project, "bob", "defender"));
        assertAddedAndRemoved(start(project, "alice", "of-alice"));
    }

    @Test
    void pipelineToo() throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(
                "defenderTag action: 'Add', value: 'x', machine: '" + AGENT_ID + "', credentialsId: '${CRED}'", true));
        assertAsBobMayNotAndAliceMay(job);
    }

    @Test
    void blockWithAUsersOwnCredentialRemovesItsTag() throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(
                "withDefenderTag(value: 'x', machine: '" + AGENT_ID + "', credentialsId: '${CRED}') { }", true));
        assertAddedAndRemoved(start(job, "alice", "of-alice"));
        assertRefused(start(job, "alice", "of-bob"));
    }

    private void assertAsBobMayNotAndAliceMay(Job<?, ?> job) throws Exception {
        assertRefused(start(job, "bob", "defender"));
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        r.assertBuildStatusSuccess(start(job, "alice", "defender"));
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
    }

    private void assertRefused(Run<?, ?> run) throws Exception {
        r.assertBuildStatus(Result.FAILURE, run);
        r.assertLogContains(
                "ERROR: The user who started this build cannot use the Entra app registration that was chosen for"
                        + " ${CRED}: it does not exist, or Credentials/UseItem is missing. Choose another, or"
                        + " grant it.",
                run);
    }

    private void assertAddedAndRemoved(Run<?, ?> run) throws Exception {
        r.assertBuildStatusSuccess(run);
        r.assertLogContains("[defender] Added \"x\"", run);
        await().until(() -> LeaseService.get().all().isEmpty());
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        assertTrue(simulator.tagCalls() >= 2, "added and removed");
    }

    private static Run<?, ?> start(Job<?, ?> job, String user, String credential) throws Exception {
        if (job.getProperty(ParametersDefinitionProperty.class) == null) {
            job.addProperty(new ParametersDefinitionProperty(new CredentialsParameterDefinition(
                    "CRED", null, null, EntraAppRegistration.class.getName(), true)));
        }
        return (Run<?, ?>) ParameterizedJobMixIn.scheduleBuild2(
                        job,
                        0,
                        new CauseAction(new Cause.UserIdCause(user)),
                        new ParametersAction(new CredentialsParameterValue("CRED", credential, null)))
                .getFuture()
                .get();
    }
}
