package io.jenkins.plugins.defendertags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import hudson.model.User;
import io.jenkins.plugins.defendertags.browser.Chromium;
import io.jenkins.plugins.defendertags.browser.JenkinsForms;
import io.jenkins.plugins.defendertags.browser.NeedsBrowser;
import io.jenkins.plugins.defendertags.browser.WatchedPage;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.steps.DefenderTagBuilder;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import jenkins.model.experimentalflags.UserExperimentalFlagsProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The way of an administrator from an installed plugin to the first tag, with nothing but a browser. */
@NeedsBrowser
@WithJenkins
class FirstTagInBrowserTest {

    private static final String SECTION = ".jenkins-section:has([name='_.defaultCredentialsId'])";
    private static final String STEP = "[descriptorid='" + DefenderTagBuilder.class.getName() + "']";

    @TempDir
    Path folder;

    private final DefenderSimulator simulator = new DefenderSimulator();
    private JenkinsForms forms;
    private Page page;

    @Test
    void formsLeadFromNothingToATag(JenkinsRule r) throws Exception {
        simulator.addMachine(SimulatedDefender.AGENT_ID, SimulatedDefender.AGENT_NAME, "linux");
        SimulatedDefender.agent(r, folder);
        r.jenkins.setNumExecutors(0);
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin"));
        try (simulator;
                Chromium chromium = new Chromium(Chromium.find().orElseThrow());
                WatchedPage watched = chromium.open(ColorScheme.LIGHT, 1200, 900)) {
            page = watched.page();
            forms = new JenkinsForms(page, r.getURL().toString());
            forms.logIn("admin");
            addCloud();
            addCredential();
            chooseDefault();
            createJob();
            build();
            openTable();
            openTableFromNewBuildPage();
            assertEquals(List.of(), watched.complaints());
        }
        assertTrue(simulator.tagsOf(SimulatedDefender.AGENT_ID).contains("first-tag"));
    }

    private void addCloud() {
        forms.open("manage/configure");
        Locator section = page.locator(SECTION);
        JenkinsForms.click(section, "Advanced");
        JenkinsForms.click(section, "Add a cloud");
        Locator cloud = section.locator(".repeated-chunk:visible");
        JenkinsForms.fill(cloud, "Name", "simulated");
        JenkinsForms.fill(cloud, "API URL", simulator.url());
        JenkinsForms.fill(cloud, "Authority URL", simulator.authority());
        JenkinsForms.fill(cloud, "Scope", simulator.scope());
        JenkinsForms.fill(cloud, "Portal URL", "https://portal.example.com");
        forms.save();
    }

    private void addCredential() {
        forms.open("manage/credentials/store/system/domain/_/");
        forms.click("Add Credentials");
        Locator dialog = page.locator("dialog[open]");
        dialog.locator("label", new Locator.LocatorOptions().setHasText("Microsoft Entra app registration"))
                .click();
        JenkinsForms.click(dialog, "Next");
        JenkinsForms.choose(dialog, "Cloud", "simulated");
        JenkinsForms.fill(dialog, "Tenant ID", "contoso");
        assertTrue(JenkinsForms.check(dialog, "Tenant ID", "error").contains("is not a tenant ID"));
        JenkinsForms.fill(dialog, "Tenant ID", DefenderSimulator.TENANT);
        JenkinsForms.fill(dialog, "Client ID", DefenderSimulator.CLIENT);
        JenkinsForms.fill(dialog, "Client secret", "wrong");
        String refusal = JenkinsForms.testConnection(dialog, "error");
        assertTrue(refusal.contains("AADSTS7000215"), refusal);
        JenkinsForms.fill(dialog, "Client secret", DefenderSimulator.SECRET);
        String success = JenkinsForms.testConnection(dialog, "ok");
        assertTrue(success.contains("Machine.ReadWrite.All"), success);
        JenkinsForms.fill(dialog, "ID", "defender");
        JenkinsForms.click(dialog, "Create");
        page.locator(".credentials-card", new Page.LocatorOptions().setHasText("defender"))
                .waitFor();
    }

    private void chooseDefault() {
        forms.open("manage/configure");
        Locator section = page.locator(SECTION);
        JenkinsForms.choose(section, "Default app registration", "defender - simulated - " + DefenderSimulator.CLIENT);
        String success = JenkinsForms.testConnection(section, "ok");
        assertTrue(success.contains("Machine.ReadWrite.All"), success);
        forms.save();
    }

    private void createJob() {
        forms.open("view/all/newJob");
        page.fill("#name", "first-tag");
        page.locator("#items label, #items li", new Page.LocatorOptions().setHasText("Freestyle project"))
                .first()
                .click();
        page.click("#ok-button");
        page.waitForURL("**/configure");
        forms.add("Add build step", "Add or remove a Defender device tag");
        Locator step = page.locator(STEP);
        JenkinsForms.choose(step, "Action", "Add");
        JenkinsForms.fill(step, "Tag", "x".repeat(201));
        String check = JenkinsForms.check(step, "Tag", "error");
        assertTrue(check.contains("200"), check);
        JenkinsForms.fill(step, "Tag", "first-tag");
        assertEquals(List.of("_.action", "_.value", "_.keepFor", "_.machine", "_.credentialsId"), fieldsByTab(step));
        forms.save();
    }

    /** The names of the fields that one comes by with the tabulator key, from the first of a step on. */
    private List<String> fieldsByTab(Locator step) {
        step.locator("select, input:visible").first().focus();
        List<String> names = new ArrayList<>();
        String name;
        while ((name = (String) page.evaluate(
                        "step => { const e = document.activeElement; return e.closest(step) ? (e.name || '') : null }",
                        STEP))
                != null) {
            if (name.startsWith("_.")) {
                names.add(name);
            }
            page.keyboard().press("Tab");
        }
        return names;
    }

    private void build() {
        page.locator("a:visible", new Page.LocatorOptions().setHasText("Build Now"))
                .first()
                .click();
        forms.openBuild("job/first-tag/1/");
        String summary = page.locator(".app-summary .defender-tags").innerText();
        assertTrue(summary.contains("first-tag"), summary);
        assertTrue(summary.contains(SimulatedDefender.AGENT_NAME), summary);
        String portal = "https://portal.example.com/machines/" + SimulatedDefender.AGENT_ID;
        assertTrue(page.locator("a[href='" + portal + "']").first().isVisible());
    }

    private void openTable() {
        page.locator(".app-summary a[href$='/job/first-tag/1/defender-tags/']")
                .first()
                .click();
        assertRows(1);
        page.fill("#defender-tags-query", "no such machine");
        page.keyboard().press("Enter");
        page.waitForURL("**query=no*");
        assertRows(0);
    }

    /** The page that Jenkins is about to have for builds, and has already for those who choose it. */
    private void openTableFromNewBuildPage() throws IOException {
        User.getById("admin", true)
                .addProperty(new UserExperimentalFlagsProperty(Map.of("new-build-page.flag", "true")));
        forms.open("job/first-tag/1/");
        assertTrue(page.locator("a.jenkins-details__item", new Page.LocatorOptions().setHasText("Defender tag"))
                .first()
                .isVisible());
        page.locator(".app-build-tabs a[href$='/defender-tags']").click();
        assertRows(1);
    }

    private void assertRows(int count) {
        page.waitForURL("**/defender-tags/**");
        assertEquals(count, page.locator(".defender-tags-table tbody tr").count());
    }
}
