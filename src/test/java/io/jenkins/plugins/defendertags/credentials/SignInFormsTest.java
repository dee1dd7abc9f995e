package io.jenkins.plugins.defendertags.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.EnvVars;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.SimulatedIssuer;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.util.List;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.DomNodeUtil;
import org.htmlunit.html.HtmlButton;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlSelect;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;

/** The form of an app registration, as far as it is about signing in, and the buttons "Test connection". */
@WithDefender
@Timeout(120)
class SignInFormsTest {
    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    SignInFormsTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void keepsTheFieldsOfEachWay() throws Exception {
        SecretSignIn secret =
                assertInstanceOf(SecretSignIn.class, roundTrip(new SecretSignIn(Secret.fromString("hush")), "value"));
        assertEquals("hush", Secret.toString(secret.getValue()));

        CertificateSignIn before = new CertificateSignIn("a-certificate");
        before.setAlias("jenkins");
        CertificateSignIn certificate =
                assertInstanceOf(CertificateSignIn.class, roundTrip(before, "credentialsId", "alias"));
        assertEquals("a-certificate", certificate.getCredentialsId(), "even if it is not there at the moment");
        assertEquals("jenkins", certificate.getAlias());

        FederatedTokenSignIn named = new FederatedTokenSignIn();
        named.setCredentialsId("a-token");
        assertEquals(
                "a-token",
                assertInstanceOf(FederatedTokenSignIn.class, roundTrip(named, "credentialsId"))
                        .getCredentialsId());
        assertNull(assertInstanceOf(FederatedTokenSignIn.class, roundTrip(new FederatedTokenSignIn(), "credentialsId"))
                .getCredentialsId());

        assertInstanceOf(ManagedIdentitySignIn.class, roundTrip(new ManagedIdentitySignIn()));
    }

    /** Also asserts that the form shows these fields of the way, and no other's. */
    private EntraSignIn roundTrip(EntraSignIn signIn, String... fields) throws Exception {
        SimulatedDefender.add(SimulatedDefender.credential("edited", signIn));
        HtmlForm form = form(page());
        for (String field : List.of("value", "credentialsId", "alias")) {
            assertEquals(
                    List.of(fields).contains(field),
                    !DomNodeUtil.selectNodes(form, ".//*[@name='_." + field + "']")
                            .isEmpty(),
                    signIn.getClass() + " " + field);
        }
        r.submit(form);
        EntraAppRegistration after = (EntraAppRegistration)
                SystemCredentialsProvider.getInstance().getCredentials().remove(1);
        assertEquals(DefenderSimulator.TENANT, after.getTenantId());
        return after.getSignIn();
    }

    @Test
    void anotherWayIsChosenAndTriedOut() throws Exception {
        SimulatedIssuer issuer = new SimulatedIssuer("https://issuer.example.com");
        simulator.entra().trust(issuer, "jenkins");
        SimulatedDefender.add(new StringCredentialsImpl(
                CredentialsScope.GLOBAL, "id-token", "", Secret.fromString(issuer.token("jenkins"))));
        SimulatedDefender.add(SimulatedDefender.credential("edited", new SecretSignIn(Secret.fromString("wrong"))));
        HtmlPage page = page();
        HtmlForm form = form(page);
        assertTrue(clickTest(page).contains("Enter the secret's value, not its ID"), text(page));

        HtmlSelect ways = form.querySelector("select.dropdownList");
        assertEquals(
                List.of("Client secret", "Certificate", "Federated token", "Managed identity"),
                ways.getOptions().stream()
                        .map(option -> option.getText().strip())
                        .toList());
        ways.getOptionByText("Federated token").setSelected(true);
        page.getWebClient().waitForBackgroundJavaScript(10_000);
        HtmlSelect tokens = form.getSelectByName("_.credentialsId");
        tokens.getOptionByValue("id-token").setSelected(true);
        assertTrue(clickTest(page).contains("It works: the app registration"), text(page));

        r.submit(form);
        EntraAppRegistration after = (EntraAppRegistration)
                SystemCredentialsProvider.getInstance().getCredentials().get(2);
        assertEquals(
                "id-token",
                assertInstanceOf(FederatedTokenSignIn.class, after.getSignIn()).getCredentialsId());
    }

    @Test
    void storedSecretIsTriedOutWithTheCloudOfTheForm() throws Exception {
        SimulatedDefender.add(
                SimulatedDefender.credential("edited", new SecretSignIn(Secret.fromString(DefenderSimulator.SECRET))));
        HtmlPage page = page();
        assertTrue(clickTest(page).contains("It works: the app registration " + DefenderSimulator.CLIENT), text(page));
        assertTrue(text(page).contains("with the permission Machine.ReadWrite.All"), text(page));
        assertNotNull(page.querySelector(".defender-tags-success svg"), "an icon");
        assertNull(page.querySelector(".ok"), "not in the pale color of Jenkins' own successes");
        assertFalse(text(page).contains(DefenderSimulator.SECRET));
    }

    @Test
    void globalConfigurationTriesOutWhatIsStored() throws Exception {
        HtmlPage page = WebClients.open(r).goTo("manage/configure");
        HtmlButton button = page.querySelector("[data-validate-button-with='defaultCredentialsId']");
        click(page, button);
        assertTrue(text(page).contains("and Defender answered at localhost."), text(page));

        String method = DefenderConfiguration.class.getName() + "/testConnection?defaultCredentialsId=";
        assertTrue(post(method).contains("No default app registration is chosen"));
        assertTrue(post(method + "deleted").contains("Jenkins has no Entra app registration"));
        simulator.grantRoles("Machine.Read.All");
        assertTrue(post(method + "defender").contains("grant admin consent"));
    }

    @Test
    void folderIsSearchedForWhatTheFormNames() throws Exception {
        SimulatedIssuer issuer = new SimulatedIssuer("https://issuer.example.com");
        simulator.entra().trust(issuer, "jenkins");
        Folder here = r.createProject(Folder.class, "here");
        SimulatedDefender.add(
                here,
                new StringCredentialsImpl(
                        CredentialsScope.GLOBAL, "id-token", "", Secret.fromString(issuer.token("jenkins"))));
        String method = FederatedTokenSignIn.class.getName()
                + "/testConnection?credentialsId=id-token&cloud=simulated&tenantId=" + DefenderSimulator.TENANT
                + "&clientId=" + DefenderSimulator.CLIENT;
        assertTrue(post("job/here/", method).contains("It works"));
        assertTrue(post(method).contains("There is no federated token with the credential ID"));
        assertTrue(post(method.replace("cloud=simulated", "cloud=gone")).contains("There is no usable cloud"));
    }

    @Test
    void identityOfTheControllerIsTriedOutByAdministratorsAlone() throws Exception {
        simulator.entra().assignIdentities("one");
        r.createProject(Folder.class, "here");
        String method = ManagedIdentitySignIn.class.getName() + "/testConnection?cloud=simulated&clientId=";
        try (IdentityEndpoint azure = new IdentityEndpoint(simulator.entra().identityUrl())) {
            assertTrue(post(method).contains("It works: the managed identity signed in"), azure.toString());
            simulator.entra().assignIdentities();
            assertTrue(post(method).contains("Assign a managed identity"));
        }
        assertTrue(post("job/here/", method).contains("which a credential of a folder or user must not"));
        EnvVars.masterEnvVars.remove("AZURE_FEDERATED_TOKEN_FILE");
        String token = FederatedTokenSignIn.class.getName() + "/testConnection?cloud=simulated&clientId=&tenantId=";
        assertTrue(post("job/here/", token).contains("which a credential of a folder or user must not"));
        assertTrue(post(token).contains("environment has no AZURE_FEDERATED_TOKEN_FILE"));
    }

    @Test
    void formOfACertificateListsCertificates() throws Exception {
        SimulatedDefender.add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "text", "", Secret.fromString("x")));
        String method = "/fillCredentialsIdItems?credentialsId=";
        assertFalse(post(CertificateSignIn.class.getName() + method).contains("text"));
        assertTrue(post(FederatedTokenSignIn.class.getName() + method).contains("text"));
    }

    private HtmlPage page() throws Exception {
        return WebClients.open(r).goTo("manage/credentials/store/system/domain/_/credential/edited/update");
    }

    private static HtmlForm form(HtmlPage page) {
        return page.getFormByName("update");
    }

    private static String clickTest(HtmlPage page) throws Exception {
        List<HtmlButton> buttons = form(page).getByXPath(".//button[@data-validate-button-method='testConnection']");
        click(page, buttons.get(buttons.size() - 1));
        return text(page);
    }

    private static void click(HtmlPage page, HtmlButton button) throws Exception {
        button.click();
        page.getWebClient().waitForBackgroundJavaScript(30_000);
    }

    private static String text(HtmlPage page) {
        return page.asNormalizedText();
    }

    private String post(String method) throws Exception {
        return post("", method);
    }

    private String post(String where, String method) throws Exception {
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            String url = where + "descriptorByName/" + method;
            return client.getPage(new WebRequest(client.createCrumbedUrl(url), HttpMethod.POST))
                    .getWebResponse()
                    .getContentAsString();
        }
    }
}
