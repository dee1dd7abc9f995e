package io.jenkins.plugins.defendertags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.Functions;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import java.util.Locale;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.jvnet.localizer.LocaleProvider;

/** The forms for somebody whose browser prefers German; {@link TranslationsTest} knows that nothing is missing. */
@WithJenkins
@Timeout(180)
class GermanTest {

    private final LocaleProvider before = LocaleProvider.getProvider();
    private JenkinsRule r;

    @BeforeEach
    void start(JenkinsRule rule) {
        r = rule;
        LocaleProvider.setProvider(
                new LocaleProvider() { // as Jenkins does when it is no test
                    @Override
                    public Locale get() {
                        return Functions.getCurrentLocale();
                    }
                });
    }

    @AfterEach
    void restore() {
        LocaleProvider.setProvider(before);
    }

    private JenkinsRule.WebClient client(String language) {
        JenkinsRule.WebClient client = r.createWebClient();
        client.addRequestHeader("Accept-Language", language);
        return client;
    }

    @Test
    void job() throws Exception {
        FreeStyleProject project = r.createFreeStyleProject();
        project.getBuildersList().add(new DefenderTagBuilder("Add", "x"));
        try (JenkinsRule.WebClient client = client("de-DE")) {
            HtmlPage page = client.getPage(project, "configure");
            String html = page.asXml();
            assertTrue(html.contains("Tag eines Defender-Ger\u00e4ts hinzuf\u00fcgen oder entfernen"));
            assertTrue(html.contains("Auf das Ger\u00e4t warten, in Minuten"));
            assertTrue(html.contains("placeholder=\"Das des Agenten\""));
            assertFalse(html.contains("Wait for the machine"));
        }
        try (JenkinsRule.WebClient client = client("fr")) {
            assertTrue(client.getPage(project, "configure").asXml().contains("Wait for the machine, in minutes"));
        }
    }

    @Test
    void globalConfigurationAndCredential() throws Exception {
        try (JenkinsRule.WebClient client = client("de")) {
            String system = client.goTo("manage/configure").asXml();
            assertTrue(system.contains("App-Registrierung als Vorgabe"));
            assertTrue(system.contains("Jobs d\u00fcrfen Ger\u00e4te nennen"));
            SimulatedDefender.add(SimulatedDefender.credential("edited", "x"));
            String credential = client.goTo("manage/credentials/store/system/domain/_/credential/edited/update")
                    .asXml();
            assertTrue(credential.contains("Mandanten-ID"));
            assertTrue(credential.contains("Geheimer Clientschl\u00fcssel"));
        }
    }

    @Test
    void helpAndChecks() throws Exception {
        try (JenkinsRule.WebClient client = client("de")) {
            String url = "descriptor/" + DefenderTagBuilder.class.getName() + "/help/machine";
            String help = client.goTo(url, "text/html").getWebResponse().getContentAsString();
            assertTrue(help.contains("das Ger\u00e4t gemeint, auf dem der Build l\u00e4uft"), help);

            String check = "descriptorByName/" + EntraAppRegistration.class.getName() + "/checkTenantId?tenantId=";
            String message = client.getPage(new WebRequest(client.createCrumbedUrl(check), HttpMethod.POST))
                    .getWebResponse()
                    .getContentAsString();
            assertTrue(message.contains("Nur bei Anmeldung mit verwalteter Identit\u00e4t entbehrlich."), message);
        }
        assertEquals("Certificate", Messages.CertificateSignIn_DisplayName(), "where there is no request");
    }
}
