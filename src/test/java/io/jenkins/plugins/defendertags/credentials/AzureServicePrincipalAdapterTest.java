package io.jenkins.plugins.defendertags.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.microsoft.azure.util.AzureCredentials;
import hudson.AbortException;
import hudson.model.FreeStyleBuild;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ClientSecret;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;

/** What people already have for the other plugins for Azure can be chosen here as well. */
@WithSharedJenkins
@Timeout(120)
class AzureServicePrincipalAdapterTest {

    @Test
    void servicePrincipalIsAnAppRegistration(JenkinsRule r) throws Exception {
        AzureCredentials principal = principal("Azure", "its-secret");
        SimulatedDefender.add(principal);
        FreeStyleBuild build = r.buildAndAssertSuccess(r.createFreeStyleProject());
        EntraAppRegistration found = AppRegistrations.find(build, "principal");
        assertEquals("principal", found.getId());
        AppRegistration registration = found.toAppRegistration();
        assertEquals("commercial", registration.cloud().id());
        assertEquals(DefenderSimulator.TENANT, registration.tenantId());
        assertEquals(DefenderSimulator.CLIENT, registration.clientId());
        assertEquals(new ClientSecret("its-secret"), registration.signIn());
        assertTrue(CredentialsProvider.getFingerprintOf(principal)
                .getJobs()
                .contains(build.getParent().getFullName()));
    }

    @Test
    void servicePrincipalIsListed(JenkinsRule r) throws Exception {
        SimulatedDefender.add(principal("Azure", "its-secret"));
        SimulatedDefender.add(SimulatedDefender.credential("own", "x"));
        ListBoxModel items = AppRegistrations.list(null, null);
        assertEquals(3, items.size(), items.toString());
        assertTrue(items.stream().anyMatch(item -> item.value.equals("principal")), items.toString());
    }

    @Test
    void environmentIsTheCloud(JenkinsRule r) throws Exception {
        SimulatedDefender.add(principal("Azure US Government", "x"));
        assertEquals("gcc-high", AppRegistrations.findForJenkins("principal").getCloud());
        assertNotNull(AppRegistrations.findForJenkins("principal").toAppRegistration());
    }

    @Test
    void environmentWithoutDefender(JenkinsRule r) throws Exception {
        SimulatedDefender.add(principal("Azure China", "x"));
        String message = assertThrows(AbortException.class, () -> AppRegistrations.findForJenkins("principal"))
                .getMessage();
        assertTrue(message.contains("no API in the environment \"Azure China\""), message);
    }

    @Test
    void certificateOfAServicePrincipal(JenkinsRule r) throws Exception {
        AzureCredentials principal = principal("", "");
        principal.setCertificateId("its-certificate");
        SimulatedDefender.add(principal);
        EntraAppRegistration found = AppRegistrations.findForJenkins("principal");
        CertificateSignIn signIn = assertInstanceOf(CertificateSignIn.class, found.getSignIn());
        assertEquals("its-certificate", signIn.getCredentialsId());
        String message =
                assertThrows(AbortException.class, found::toAppRegistration).getMessage();
        assertTrue(message.contains("no certificate with the credential ID \"its-certificate\""), message);
    }

    private static AzureCredentials principal(String environment, String secret) {
        AzureCredentials principal = new AzureCredentials(
                CredentialsScope.GLOBAL,
                "principal",
                "",
                "a-subscription",
                DefenderSimulator.CLIENT,
                Secret.fromString(secret));
        principal.setTenant(DefenderSimulator.TENANT);
        principal.setAzureEnvironmentName(environment);
        return principal;
    }
}
