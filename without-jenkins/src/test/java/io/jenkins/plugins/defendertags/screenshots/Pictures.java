package io.jenkins.plugins.defendertags.screenshots;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.LoadState;
import io.jenkins.plugins.defendertags.browser.JenkinsForms;
import io.jenkins.plugins.defendertags.demo.DemoJobs;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Takes the pictures, from a Jenkins whose jobs have run. */
final class Pictures {

    private static final Path FOLDER = Path.of("docs/images");
    private static final int LIMIT = 400_000;
    static final int WIDTH = 1200;
    private static final int MARGIN = 16;
    /** Of a picture, at most. */
    private static final int HEIGHT = 900;

    /** Where the lowest text or field ends: Jenkins' panels reach to the end of the window. */
    private static final String END =
            """
            part => Math.max(...[...part.querySelectorAll('*')]
                .filter(e => e.checkVisibility() && (!e.firstElementChild || e.matches('button, input, .jenkins-table')))
                .map(e => e.getBoundingClientRect().bottom))
            """;

    private static final String BUILDER = "[descriptorid='io.jenkins.plugins.defendertags.steps.DefenderTagBuilder']";

    private final Page page;
    private final String url;

    Pictures(Page page, String url) {
        this.page = page;
        this.url = url;
    }

    void logIn(String user, String password) {
        open("login");
        page.fill("#j_username", user);
        page.fill("#j_password", password);
        page.locator("button[type='submit']").first().click();
        page.waitForURL(now -> !now.contains("login"));
    }

    void takeAll() throws IOException {
        buildPage("build-page");
        open("job/" + DemoJobs.FLEET + "/1/defender-tags/");
        takePanel("table-page");
        open("computer/build-07/defender/");
        page.locator("#main-panel button:has-text('Look now')").click();
        page.locator(".defender-tag:has-text('linux')").waitFor(); // it looks in the background
        page.waitForLoadState(LoadState.NETWORKIDLE);
        takePage("agent-page");
        open("manage/defender-tags/");
        takePage("leases-page");
        open("job/" + DemoJobs.FREESTYLE + "/configure");
        take("freestyle-form", page.locator(BUILDER).first());
        credentialForm();
        globalConfiguration();
    }

    void buildPage(String name) throws IOException {
        open("job/" + Screenshots.TWO_MACHINES + "/1/");
        takePage(name);
    }

    /** The form of a new credential, filled in. */
    private void credentialForm() throws IOException {
        page.setViewportSize(WIDTH, 1300); // the dialog is in the window's middle
        open("manage/credentials/store/system/domain/_/");
        JenkinsForms forms = new JenkinsForms(page, url);
        forms.click("Add Credentials");
        Locator dialog = page.locator("dialog[open]");
        dialog.locator("label", new Locator.LocatorOptions().setHasText("Microsoft Entra app registration"))
                .click();
        JenkinsForms.click(dialog, "Next");
        JenkinsForms.fill(dialog, "Tenant ID", DefenderSimulator.TENANT);
        JenkinsForms.fill(dialog, "Client ID", DefenderSimulator.CLIENT);
        page.waitForLoadState(LoadState.NETWORKIDLE); // the check of the empty field is over
        JenkinsForms.entry(dialog, "Client secret")
                .locator("input:visible")
                .first()
                .click();
        page.keyboard().type(DefenderSimulator.SECRET); // as people do: Jenkins replaces the field meanwhile
        page.keyboard().press("Tab");
        page.waitForCondition(
                () -> dialog.locator(".validation-error-area .error:visible").count() == 0);
        JenkinsForms.fill(dialog, "ID", "defender-contoso");
        JenkinsForms.fill(dialog, "Description", "Defender of Contoso");
        take("credential-form", dialog);
        page.setViewportSize(WIDTH, 3000);
    }

    private void globalConfiguration() throws IOException {
        open("manage/configure");
        // Buttons float above the form and hide a part of it.
        page.locator("#bottom-sticker, .jenkins-bottom-app-bar__shadow")
                .evaluateAll("floating => floating.forEach(part => part.remove())");
        Locator section = page.locator(".jenkins-section:has([name='_.defaultCredentialsId'])");
        Locator policy = section.locator(".jenkins-section:has([name='_.verdict'])");
        BoundingBox whole = section.boundingBox();
        BoundingBox below = policy.boundingBox();
        double scrolled = ((Number) page.evaluate("window.scrollY")).doubleValue();
        double left = Math.max(0, whole.x - MARGIN);
        double top = whole.y + scrolled - MARGIN;
        double width = whole.x + whole.width + MARGIN - left;
        double policyTop = below.y + scrolled - MARGIN;
        take("global-configuration", left, top, width, policyTop - top);
        take("policy", left, policyTop, width, HEIGHT);
    }

    private void open(String path) {
        page.navigate(url + path);
        page.waitForLoadState(LoadState.NETWORKIDLE);
    }

    /** The whole page, with Jenkins' head, down to the end of what it holds. */
    private void takePage(String name) throws IOException {
        double end = ((Number) page.locator("#page-body").evaluate(END)).doubleValue() + MARGIN;
        take(name, 0, 0, page.viewportSize().width, Math.min(end, HEIGHT));
    }

    /** The page without Jenkins' header and its side panel, so that a wide table is readable where it is shown. */
    private void takePanel(String name) throws IOException {
        page.locator("#side-panel").evaluateAll("panels => panels.forEach(panel => panel.remove())");
        Locator panel = page.locator("#main-panel");
        double end = ((Number) panel.evaluate(END)).doubleValue() + MARGIN;
        BoundingBox box = panel.boundingBox();
        take(name, box.x, box.y, box.width, Math.min(end, box.y + HEIGHT) - box.y);
    }

    /** @param part what is in the picture, with a margin */
    private void take(String name, Locator part) throws IOException {
        BoundingBox box = part.boundingBox();
        double left = Math.max(0, box.x - MARGIN);
        double scrolled = ((Number) page.evaluate("window.scrollY")).doubleValue();
        double top = Math.max(0, box.y + scrolled - MARGIN);
        take(name, left, top, box.x + box.width + MARGIN - left, box.y + scrolled + box.height + MARGIN - top);
    }

    private void take(String name, double left, double top, double width, double height) throws IOException {
        Path file = Files.createDirectories(FOLDER).resolve(name + ".png");
        page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true).setClip(left, top, width, height));
        long size = Files.size(file);
        System.out.println(file + ": " + size / 1000 + " kB");
        if (size > LIMIT) {
            throw new IOException(file + " is larger than " + LIMIT / 1000 + " kB");
        }
    }
}
