package io.jenkins.plugins.defendertags.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsNameProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.AbortException;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.config.CustomCloud;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import java.util.List;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
class EntraAppRegistrationTest {

    private static final String TENANT = "contoso.onmicrosoft.com";
    private static final String CLIENT = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";

    @Test
    void formKeepsEveryField(JenkinsRule r) throws Exception {
        EntraAppRegistration before = credential(" " + TENANT + " ", CLIENT, "the-secret");
        before.setCloud("gcc-high");
        store(before);

        HtmlPage page = WebClients.open(r).goTo("manage/credentials/store/system/domain/_/credential/defender/update");
        assertFalse(page.getWebResponse().getContentAsString().contains("the-secret"), "not even to an administrator");
        HtmlForm form = page.getFormByName("update");
        assertEquals(
                "US GCC High",
                form.getSelectByName("_.cloud").getSelectedOptions().get(0).getText());
        r.submit(form);

        EntraAppRegistration after = (EntraAppRegistration)
                SystemCredentialsProvider.getInstance().getCredentials().get(0);
        assertEquals(TENANT, after.getTenantId());
        assertEquals(CLIENT, after.getClientId());
        assertEquals("gcc-high", after.getCloud());
        assertEquals("the-secret", Secret.toString(((SecretSignIn) after.getSignIn()).getValue()));
        assertEquals("production", after.getDescription());
        assertEquals("production - US GCC High - " + CLIENT, CredentialsNameProvider.name(after));
        assertEquals("gcc-high", after.toAppRegistration().cloud().id());
    }

    @Test
    void listsShowDescriptionAndCloudBeforeTheGuid(JenkinsRule r) {
        assertEquals(
                "production - Commercial - " + CLIENT, CredentialsNameProvider.name(credential(TENANT, CLIENT, "x")));
        EntraAppRegistration identity =
                new EntraAppRegistration(CredentialsScope.GLOBAL, "of-vm", "", "", "", new ManagedIdentitySignIn());
        identity.setCloud("dod");
        assertEquals("of-vm - US DoD - Managed identity", CredentialsNameProvider.name(identity));
        EntraAppRegistration unnamed =
                new EntraAppRegistration(CredentialsScope.GLOBAL, null, null, TENANT, CLIENT, new SecretSignIn(null));
        unnamed.setCloud("gone");
        assertEquals("gone - " + CLIENT, CredentialsNameProvider.name(unnamed));
    }

    @Test
    void formOffersPresetsAndCustomClouds(JenkinsRule r) throws Exception {
        DefenderConfiguration.get()
                .setCustomClouds(List.of(new CustomCloud(
                        "own", "https://a.example", "https://b.example", "https://a.example/.default")));
        store(credential(TENANT, CLIENT, "x"));
        HtmlForm form = WebClients.open(r)
                .goTo("manage/credentials/store/system/domain/_/credential/defender/update")
                .getFormByName("update");
        assertEquals(12, form.getSelectByName("_.cloud").getOptionSize(), "eleven presets and one's own");
        assertEquals(
                "commercial",
                form.getSelectByName("_.cloud").getSelectedOptions().get(0).getValueAttribute());
    }

    @Test
    void incompleteCredentialSaysWhatToEnter(JenkinsRule r) {
        assertUnusable(credential("", CLIENT, "x"), "is not a tenant ID");
        assertUnusable(credential(TENANT, "my-app", "x"), "is not a client ID");
        assertUnusable(credential(TENANT, CLIENT, ""), "no client secret");
        EntraAppRegistration lost = credential(TENANT, CLIENT, "x");
        lost.setCloud("deleted");
        assertUnusable(lost, "There is no usable cloud \"deleted\"");
    }

    @Test
    void formChecksAsOneTypes(JenkinsRule r) throws Exception {
        Class<?> registration = EntraAppRegistration.class;
        assertTrue(
                check(r, registration, "checkTenantId", "tenantId", "nonsense").contains("is not a tenant ID"));
        assertTrue(check(r, registration, "checkTenantId", "tenantId", "").contains("with a managed identity"));
        assertFalse(check(r, registration, "checkTenantId", "tenantId", TENANT).contains("error"));
        assertTrue(check(r, registration, "checkClientId", "clientId", "x").contains("is not a client ID"));
        assertTrue(check(r, registration, "checkClientId", "clientId", "").contains("with a managed identity"));
        Class<?> secret = SecretSignIn.class;
        assertTrue(check(r, secret, "checkValue", "value", CLIENT).contains("looks like the ID of the secret"));
        assertTrue(check(r, secret, "checkValue", "value", "").contains("no client secret"));
        assertFalse(check(r, secret, "checkValue", "value", "Ab8~").contains("error"));
    }

    private static String check(JenkinsRule r, Class<?> describable, String method, String field, String value)
            throws Exception {
        var client = WebClients.open(r);
        var request = new org.htmlunit.WebRequest(
                client.createCrumbedUrl(
                        "descriptorByName/" + describable.getName() + "/" + method + "?" + field + "=" + value),
                org.htmlunit.HttpMethod.POST);
        return client.getPage(request).getWebResponse().getContentAsString();
    }

    private static void assertUnusable(EntraAppRegistration credential, String message) {
        String text = assertThrows(AbortException.class, credential::toAppRegistration)
                .getMessage();
        assertTrue(text.contains(message), text);
        assertTrue(text.startsWith("The credential defender "), text);
    }

    private static void store(EntraAppRegistration credential) throws Exception {
        SystemCredentialsProvider.getInstance().getCredentials().add(credential);
        SystemCredentialsProvider.getInstance().save();
    }

    private static EntraAppRegistration credential(String tenant, String client, String secret) {
        return new EntraAppRegistration(
                CredentialsScope.GLOBAL,
                "defender",
                "production",
                tenant,
                client,
                new SecretSignIn(Secret.fromString(secret)));
    }
}
