package io.jenkins.plugins.defendertags.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.ListView;
import hudson.model.Run;
import hudson.model.View;
import hudson.views.JobColumn;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** A job's page, and lists of jobs. */
@WithSharedJenkins
class JobPagesTest {

    private static final String PORTAL = " ↗(in the Defender portal)";

    private static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";

    private final JenkinsRule r;

    JobPagesTest(JenkinsRule r) {
        this.r = r;
    }

    @Test
    void jobShowsWhatItsLastBuildHeardLastOfEachMachine() throws Exception {
        FreeStyleProject project = r.createFreeStyleProject("tagged");
        StoredChange.store(
                r.buildAndAssertSuccess(project),
                StoredChange.add("a", "build-07").with("machineId", ID).tags("a"),
                StoredChange.add("a", "build-08")
                        .with("machineId", "8".repeat(40))
                        .tags("a", "old"),
                StoredChange.add("b", "build-07")
                        .with("machineId", ID)
                        .with("healthStatus", "Inactive")
                        .tags("a", "b"),
                StoredChange.add("c", "build-07").with("machineId", ID).failed("HTTP 403"));
        HtmlPage page = page(project.getUrl());
        assertEquals(
                List.of("build-07 Tags: a b Health: Inactive", "build-08 Tags: a old"),
                texts(page, ".defender-tags-job li:not(.defender-tag)"));
        assertEquals("Microsoft Defender tags", text(page.querySelector(".defender-tags-job h2")));
        HtmlPage table = page.getAnchorByText("All 4 changes").click();
        assertTrue(text(table.getBody()).contains("1 to 4 of 4 changes"));
    }

    @Test
    void manyMachinesAreCut() throws Exception {
        WorkflowJob job = pipeline("echo 'tagged elsewhere'");
        StoredChange.store(r.buildAndAssertSuccess(job), StoredChange.many(1200, "release"));
        HtmlPage page = page(job.getUrl());
        assertEquals(5, texts(page, ".defender-tags-job li:not(.defender-tag)").size());
        page.getAnchorByText("All 1,200 machines");
    }

    @Test
    void olderBuildsAreNotLookedAt() throws Exception {
        FreeStyleProject project = r.createFreeStyleProject("tagged");
        StoredChange.store(r.buildAndAssertSuccess(project), StoredChange.add("a", "build-07"));
        r.buildAndAssertSuccess(project);
        assertNull(page(project.getUrl()).querySelector(".defender-tags-job"));
        assertNull(page(r.createFreeStyleProject("never-built").getUrl()).querySelector(".defender-tags-job"));
    }

    @Test
    void buildUnderWayDoesNotHideTheLastOneThatEnded() throws Exception {
        WorkflowJob job = pipeline("echo 'tagged elsewhere'");
        StoredChange.store(
                r.buildAndAssertSuccess(job),
                StoredChange.add("a", "build-07").with("machineId", ID).tags("a"));
        job.setDefinition(new CpsFlowDefinition("sleep 600", true));
        WorkflowRun running = job.scheduleBuild2(0).waitForStart();
        r.waitForMessage("Sleeping", running);
        assertEquals("build-07", LastBuild.of(job).getMachines().get(0).getName());
        StoredChange.store(
                running, StoredChange.add("b", "build-08").with("machineId", ID).tags("b"));
        assertEquals("build-08", LastBuild.of(job).getMachines().get(0).getName(), "as soon as it has changed a tag");
        running.doStop();
        r.waitForCompletion(running);
    }

    @Test
    void jobThatChangedNothingSaysSo() throws Exception {
        FreeStyleProject project = r.createFreeStyleProject("tagged");
        StoredChange.store(
                r.buildAndAssertSuccess(project),
                StoredChange.add("a", "build-07").failed("HTTP 403"));
        String text = text(page(project.getUrl()).querySelector(".defender-tags-job"));
        assertTrue(text.contains("No tags are known: no change was made."), text);
    }

    @Test
    void columnShowsAFewTagsOfTheLastBuild() throws Exception {
        FreeStyleProject project = r.createFreeStyleProject("tagged");
        Run<?, ?> build = r.buildAndAssertSuccess(project);
        StoredChange.store(
                build,
                StoredChange.add("d", "build-07").with("machineId", ID).tags("a", "b", "<i>c</i>", "d"),
                StoredChange.add("d", "build-08")
                        .with("machineId", "8".repeat(40))
                        .tags("a", "d", "e"));
        r.createProject(Folder.class, "folder");
        r.createFreeStyleProject("never-built");
        listWithColumn();

        HtmlPage page = page("view/tags/");
        assertEquals(List.of("a", "b", "<i>c</i>"), texts(page, "#job_tagged .defender-tag"));
        assertEquals(List.of(), texts(page, "#job_folder .defender-tag"));
        assertEquals(List.of(), texts(page, "#job_never-built .defender-tag"));
        HtmlAnchor more = page.getAnchorByText("+2");
        assertEquals("+2: 2 more tags of tagged", more.getAttribute("aria-label"));
        assertTrue(text(((HtmlPage) more.click()).getBody()).contains("1 to 2 of 2 changes"));
    }

    @Test
    void columnIsChosenNotGiven() throws Exception {
        assertFalse(
                ListView.getDefaultColumns().stream().anyMatch(DefenderTagsColumn.class::isInstance),
                "not in every list");
        ListView view = listWithColumn();
        r.configRoundtrip(view);
        ListView saved = (ListView) r.jenkins.getView("tags");
        assertInstanceOf(DefenderTagsColumn.class, saved.getColumns().get(1));
    }

    @Test
    void columnIsForThoseWhoSeeTheJob() throws Exception {
        FreeStyleProject project = r.createFreeStyleProject("tagged");
        StoredChange.store(
                r.buildAndAssertSuccess(project),
                StoredChange.add("secret-tag", "build-07").with("machineId", ID).tags("secret-tag"));
        listWithColumn();
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, View.READ)
                .everywhere()
                .to("stranger", "reader")
                .grant(Item.READ)
                .everywhere()
                .to("reader"));
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            client.login("reader");
            assertTrue(text(client.goTo("view/tags/").getBody()).contains("secret-tag"));
            client.login("stranger");
            assertFalse(text(client.goTo("view/tags/").getBody()).contains("secret-tag"));
            client.assertFails(project.getUrl(), 404);
        }
    }

    private ListView listWithColumn() throws Exception {
        ListView view = new ListView("tags", r.jenkins);
        view.setIncludeRegex(".*");
        view.getColumns().replaceBy(List.of(new JobColumn(), new DefenderTagsColumn()));
        r.jenkins.addView(view);
        return view;
    }

    private WorkflowJob pipeline(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class, "tagged");
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    /** Without scripts: nothing here needs them. */
    private HtmlPage page(String path) throws Exception {
        return WebClients.open(r).withJavaScriptEnabled(false).goTo(path);
    }

    private static List<String> texts(HtmlPage page, String selector) {
        return page.querySelectorAll(selector).stream().map(JobPagesTest::text).toList();
    }

    /** On one line, whatever the layout. */
    /** Without what a link to the portal says of itself. */
    private static String text(DomNode node) {
        return node.asNormalizedText()
                .replaceAll("\\s+", " ")
                .replace(PORTAL, "")
                .strip();
    }
}
