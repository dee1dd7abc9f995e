package io.jenkins.plugins.defendertags;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import hudson.model.FreeStyleProject;
import hudson.model.ListView;
import hudson.model.Result;
import io.jenkins.plugins.darktheme.DarkThemeSystemManagerFactory;
import io.jenkins.plugins.defendertags.browser.Accessibility;
import io.jenkins.plugins.defendertags.browser.Chromium;
import io.jenkins.plugins.defendertags.browser.JenkinsForms;
import io.jenkins.plugins.defendertags.browser.NeedsBrowser;
import io.jenkins.plugins.defendertags.browser.WatchedPage;
import io.jenkins.plugins.defendertags.pages.DefenderTagsColumn;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.steps.DefenderTagBuilder;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import io.jenkins.plugins.thememanager.ThemeManagerPageDecorator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** Every page that the plugin has or adds to, as a browser shows it. Leaves a picture of each in {@code target/browser}. */
@NeedsBrowser
@WithDefender
class PagesInBrowserTest {

    private static final int WIDE = 1200;
    private static final int NARROW = 400;
    private static final int HEIGHT = 900;

    private static final String GENERATOR = "job/many/pipeline-syntax/";

    /** The pages, and what of each is the plugin's. */
    private static final Map<String, String> PAGES = new LinkedHashMap<>();

    static {
        String step = "[descriptorid='" + DefenderTagBuilder.class.getName() + "']";
        PAGES.put("job/one/", ".defender-tags");
        PAGES.put("job/one/1/", ".defender-tags");
        PAGES.put("job/many/1/", ".defender-tags");
        PAGES.put("job/many/1/defender-tags/", "#main-panel");
        PAGES.put("view/tags/", ".defender-tags");
        PAGES.put("job/one/configure", step);
        PAGES.put(GENERATOR, "[name='prototype']");
        PAGES.put("computer/agent/defender/", "#main-panel");
        PAGES.put("manage/defender-tags/", "#main-panel");
        PAGES.put("manage/configure", ".jenkins-section:has([name='_.defaultCredentialsId'])");
        PAGES.put("manage/credentials/store/system/domain/_/credential/defender/update", "form[name='update']");
    }

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;
    private final List<String> problems = new ArrayList<>();
    private final String url;

    PagesInBrowserTest(JenkinsRule r, DefenderSimulator simulator) throws IOException {
        this.r = r;
        this.simulator = simulator;
        url = r.getURL().toString();
    }

    @Test
    void pagesAreSoundInLightInDarkAndNarrow() throws Exception {
        SimulatedDefender.agent(r, folder);
        ThemeManagerPageDecorator.get().setTheme(new DarkThemeSystemManagerFactory());
        runJobs();
        try (Chromium chromium = new Chromium(Chromium.find().orElseThrow());
                WatchedPage watched = chromium.open(ColorScheme.LIGHT, WIDE, HEIGHT)) {
            JenkinsForms jenkins = new JenkinsForms(watched.page(), url);
            PAGES.forEach((path, ours) -> look(watched, jenkins, path, ours));
            problems.addAll(watched.complaints());
        }
        assertEquals("", String.join("\n", problems));
    }

    /** One machine, many machines of which one is unknown and one has a hostile tag, and a tag that cannot be removed. */
    void runJobs() throws Exception {
        FreeStyleProject one = r.createFreeStyleProject("one");
        one.setAssignedNode(r.jenkins.getNode("agent"));
        one.getBuildersList().add(new DefenderTagBuilder("Add", "build-agent"));
        r.buildAndAssertSuccess(one);
        for (int i = 10; i < 40; i++) {
            simulator.addMachine(("" + i).repeat(20), "test-" + i + ".example.com", "<b>" + "x".repeat(190) + "</b>");
        }
        WorkflowJob many = r.createProject(WorkflowJob.class, "many");
        many.setDefinition(new CpsFlowDefinition("""
                def all = []
                for (int i = 10; i < 41; i++) { all << "test-${i}.example.com".toString() }
                defenderTag(action: 'Add', value: 'release', machines: all, onError: 'UNSTABLE')
                """, true));
        r.buildAndAssertStatus(Result.UNSTABLE, many);
        WorkflowJob left = r.createProject(WorkflowJob.class, "left");
        left.setDefinition(
                new CpsFlowDefinition("withDefenderTag(value: 'building', machine: 'build-07') { sleep 3 }", true));
        WorkflowRun run = left.scheduleBuild2(0).waitForStart();
        r.waitForMessage("[defender] Added", run);
        simulator.grantRoles("Machine.Read.All");
        simulator.revokeTokens();
        r.waitForCompletion(run);
        ListView view = new ListView("tags", r.jenkins);
        view.setIncludeRegex(".*");
        view.getColumns().add(new DefenderTagsColumn());
        r.jenkins.addView(view);
    }

    /** In each look of a page that is open, which takes less time than to open it for each. */
    private void look(WatchedPage watched, JenkinsForms jenkins, String path, String ours) {
        Page page = watched.page();
        show(page, ColorScheme.LIGHT, WIDE);
        jenkins.open(path);
        if (path.equals(GENERATOR)) {
            jenkins.chooseStep("defenderTag: Add or remove a Defender device tag");
        }
        if (page.locator(ours).count() == 0) {
            problems.add(path + ": nothing of the plugin on it");
            return;
        }
        look(watched, "light " + path, ours);
        checkScheme(watched, "light " + path, false);
        checkAccessibility(page, "light " + path, ours);
        show(page, ColorScheme.LIGHT, NARROW);
        look(watched, "narrow " + path, ours);
        show(page, ColorScheme.DARK, WIDE);
        look(watched, "dark " + path, ours);
        checkScheme(watched, "dark " + path, true);
        checkAccessibility(page, "dark " + path, ours);
    }

    private static void show(Page page, ColorScheme scheme, int width) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        page.setViewportSize(width, HEIGHT);
    }

    private void look(WatchedPage watched, String name, String ours) {
        watched.page()
                .screenshot(new Page.ScreenshotOptions()
                        .setFullPage(true)
                        .setPath(Path.of("target/browser", name.replaceAll("\\W+", "-") + ".png")));
        int overflow = watched.overflow(ours);
        if (overflow > 0) {
            problems.add(name + ": wider than the window by " + overflow);
        }
    }

    private void checkScheme(WatchedPage watched, String name, boolean dark) {
        if (watched.isDark() != dark) {
            problems.add(name + ": not as dark as asked for");
        }
    }

    private void checkAccessibility(Page page, String name, String ours) {
        Accessibility.problems(page, ours).forEach(problem -> problems.add(name + ": " + problem));
    }
}
