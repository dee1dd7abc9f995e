package io.jenkins.plugins.defendertags.screenshots;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.LoadState;
import com.microsoft.playwright.options.SelectOption;
import io.jenkins.plugins.defendertags.demo.DemoJobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Takes the pictures, from a Jenkins whose jobs have run. */
final class Pictures {

    private static final Path FOLDER = Path.of("docs/images");
    private static final int LIMIT = 200_000;
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

    void takeAll() throws IOException {
        buildPage("build-page");
        page.setViewportSize(1800, 2400); // shows all columns
        open("job/" + DemoJobs.FLEET + "/1/defender-tags/");
        takePage("table-page");
        page.setViewportSize(1200, 3000);
        open("computer/build-07/defender/");
        page.locator("form[name=look] button").click();
        page.locator(".defender-tags-facts").waitFor();
        takePage("agent-page");
        open("manage/defender-tags/");
        takePage("leases-page");
        freestyleForm();
        snippetGenerator();
        credentialForm();
        globalConfiguration();
    }

    void buildPage(String name) throws IOException {
        open("job/" + DemoJobs.PIPELINE + "/1/");
        takePage(name);
    }

    private void freestyleForm() throws IOException {
        open("job/" + DemoJobs.FREESTYLE + "/configure");
        take("freestyle-form", page.locator(BUILDER).first());
    }

    private void snippetGenerator() throws IOException {
        open("job/" + DemoJobs.PIPELINE + "/pipeline-syntax/");
        page.locator("select.dropdownList").first().selectOption(new SelectOption()
                .setLabel("defenderTag: Add or remove a Defender machine tag"));
        page.locator("input[name='_.value']:visible").fill("build-agent");
        page.locator("#generatePipelineScript").click();
        page.waitForCondition(() -> !page.locator("#prototypeText").inputValue().isEmpty());
        takePage("snippet-generator");
    }

    private void credentialForm() throws IOException {
        open("manage/credentials/store/system/domain/_/credential/defender/update");
        page.locator(".validate-button:visible").click();
        page.locator(".jenkins-validate-button__container__status .defender-tags-success").waitFor();
        takePage("credential-form");
    }

    private void globalConfiguration() throws IOException {
        open("manage/configure");
        // Buttons float above the form and hide a part of it.
        page.locator("#bottom-sticker, .jenkins-bottom-app-bar__shadow")
                .evaluateAll("floating => floating.forEach(part => part.remove())");
        take("global-configuration", page.locator(".jenkins-section:has([name='_.defaultCredentialsId'])"));
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

    /** @param part what is in the picture, with a margin */
    private void take(String name, Locator part) throws IOException {
        BoundingBox box = part.boundingBox();
        double left = Math.max(0, box.x - MARGIN);
        double top = Math.max(0, box.y - MARGIN);
        take(name, left, top, box.x + box.width + MARGIN - left, box.y + box.height + MARGIN - top);
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
