package io.jenkins.plugins.defendertags.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.User;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import jenkins.model.experimentalflags.UserExperimentalFlagsProperty;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlTable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** A build's page and its table of changes. */
@WithSharedJenkins
class BuildPagesTest {

    private static final String PORTAL = " ↗(in the Defender portal)";

    private static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";

    private final JenkinsRule r;
    private FreeStyleProject project;
    private FreeStyleBuild build;

    BuildPagesTest(JenkinsRule r) {
        this.r = r;
    }

    @BeforeEach
    void build() throws Exception {
        project = r.createFreeStyleProject();
        build = r.buildAndAssertSuccess(project);
    }

    @Test
    void fewChangesStandOnTheBuildsPage() throws Exception {
        StoredChange.store(
                build,
                StoredChange.add("release", "build-07.example.com")
                        .with("machineId", ID)
                        .with("healthStatus", "Active")
                        .with("riskScore", "High")
                        .tags("linux", "Release"),
                StoredChange.remove("old", "build-08").with("cloud", "of-no-portal"),
                StoredChange.add("try", "build-09").with("dryRun", "true").tags("linux"),
                StoredChange.add("x", "build-10")
                        .failed("Defender answered HTTP 403.")
                        .with("errorCode", "Forbidden"));
        HtmlPage page = page("");
        List<String> changes = texts(page, ".app-summary .defender-tags-list > li");
        assertEquals(
                List.of(
                        "Added release to build-07.example.com Tags: linux + Release (added by this build)"
                                + " Health: Active Risk: High",
                        "Removed old from build-08 Tags: none",
                        "Dry run Would add try to build-09 Tags: linux",
                        "Could not add x to build-10 Failed: Defender answered HTTP 403. More about Forbidden"),
                changes);
        HtmlAnchor portal = page.getAnchorByHref("https://security.microsoft.com/machines/" + ID);
        assertEquals("noopener noreferrer", portal.getRelAttribute());
        assertEquals(
                "Failed: Defender answered HTTP 403. More about Forbidden",
                text(page.querySelector(".defender-tags-error")));
        assertEquals(
                ErrorCode.FORBIDDEN.url(),
                page.getAnchorByText("More about Forbidden").getHrefAttribute());
        HtmlPage table = page.getAnchorByText("Microsoft Defender tags").click();
        assertEquals(
                List.of("Change", "Machine", "Outcome", "Tags after the change", "Health", "Risk", "Time"),
                texts(table, "thead th"));
        assertEquals("Not added x", texts(table, "tbody tr:nth-child(1) td").get(0), "failures come first");
    }

    @Test
    void pagesAndApiShowUntilWhenATagIsKept() throws Exception {
        StoredChange.store(
                build,
                StoredChange.add("quarantine", "build-07")
                        .with("keptUntil", "1760086400000")
                        .tags("quarantine"),
                StoredChange.add("release", "build-08").tags("release"));
        List<String> changes = texts(page(""), ".app-summary .defender-tags-list > li");
        assertTrue(changes.get(0).contains(" Kept until Oct 10, 2025"), changes.get(0));
        assertFalse(changes.get(1).contains("Kept"), changes.get(1));
        HtmlPage table = page("defender-tags/");
        assertTrue(text(table.querySelector("tbody tr:nth-child(1)")).contains("Done Kept until Oct 10, 2025"));
        assertEquals(
                "2025-10-10T08:53:20Z",
                table.<HtmlElement>querySelector("tbody tr:nth-child(1) time").getAttribute("datetime"));
        String json = r.getJSON(build.getUrl() + "api/json?tree=actions[changes[keptUntil]]")
                .getJSONObject()
                .toString();
        assertTrue(json.contains("\"keptUntil\":1760086400000") && json.contains("\"keptUntil\":null"), json);
    }

    /** The page that users can choose in their preferences, and that replaces the other one day. */
    @Test
    void newBuildPageHasACardInsteadOfTheSummary() throws Exception {
        StoredChange.store(build, StoredChange.add("release", "build-07").tags("release"));
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        User.getById("alice", true)
                .addProperty(new UserExperimentalFlagsProperty(Map.of("new-build-page.flag", "true")));
        try (JenkinsRule.WebClient client = WebClients.open(r).login("alice")) {
            HtmlPage page = client.getPage(build);
            assertEquals(
                    List.of("Added release to build-07 Tags: + release (added by this build)"),
                    texts(page, ".jenkins-card .defender-tags-list > li"));
            assertEquals(List.of(), texts(page, ".app-summary .defender-tags-list > li"));
            HtmlPage table = page.<HtmlAnchor>querySelector(".jenkins-card a[href=defender-tags]")
                    .click();
            assertEquals(2, table(table).getRowCount());
        }
    }

    @Test
    void recordOfAnOlderVersionHasNeitherHealthNorRisk() throws Exception {
        StoredChange.store(
                build, StoredChange.add("x", "build-07").with("machineId", ID).tags("x"));
        build.reload();
        String text = text(page("").getBody());
        assertTrue(text.contains("Added x to build-07"), text);
        assertFalse(text.contains("Health") || text.contains("Risk"), text);
        assertEquals(
                List.of("Change", "Machine", "Outcome", "Tags after the change", "Time"),
                texts(page("defender-tags/"), "thead th"),
                "columns without content are left out");
        String json = r.getJSON(build.getUrl() + "api/json?tree=actions[changes[*]]")
                .getJSONObject()
                .toString();
        assertTrue(json.contains("\"healthStatus\":null") && json.contains("\"riskScore\":null"), json);
    }

    @Test
    void manyChangesAreCountedAndFailuresComeFirst() throws Exception {
        List<StoredChange> changes = StoredChange.many(1000, "release-2026");
        for (int i = 100; i < 107; i++) {
            changes.get(i).failed("Machine was not found");
        }
        StoredChange.store(build, changes);
        HtmlPage page = page("");
        List<String> lines = texts(page, ".app-summary .defender-tags-list > li");
        assertEquals("Added release-2026 to 993 machines; 7 failed", lines.get(0));
        assertEquals("Could not add release-2026 to build-101.example.com Failed: Machine was not found", lines.get(1));
        assertEquals(6, lines.size(), "one sentence and five failures");
        assertFalse(text(page.getBody()).contains("build-1.example.com"), "the rest is not on this page");

        HtmlPage failed = page.getAnchorByText("All 7 that failed").click();
        assertEquals(8, table(failed).getRowCount());
        assertEquals(
                51, table(page.getAnchorByText("All 1,000 changes").click()).getRowCount());
    }

    @Test
    void tableIsReadPageByPageWithoutScripts() throws Exception {
        StoredChange.store(build, StoredChange.many(10_000, "release"));
        HtmlPage page = page("defender-tags/");
        assertTrue(text(page.getBody()).contains("1 to 50 of 10,000 changes"));
        assertEquals(List.of("1"), texts(page, "nav [aria-current=page]"));
        page = page.getAnchorByText("200").click();
        assertTrue(text(page.getBody()).contains("9,951 to 10,000 of 10,000 changes"));
        assertEquals(List.of("200"), texts(page, "nav [aria-current=page]"));
        page = page.getAnchorByText("Previous").click();
        assertEquals(List.of("199"), texts(page, "nav [aria-current=page]"));

        HtmlForm form = page.querySelector("form.defender-tags-search");
        form.getInputByName("query").setValue("BUILD-99.");
        page = form.getButtonByName("").click();
        assertEquals(2, table(page).getRowCount(), "the head and what was found");
        assertNull(page.querySelector("nav.defender-tags-pages"));
        form = page.querySelector("form.defender-tags-search");
        assertEquals("BUILD-99.", form.getInputByName("query").getValue(), "what was searched for stays");

        form.getInputByName("failed").setChecked(true);
        page = form.getButtonByName("").click();
        assertTrue(text(page.getBody()).contains("No changes match."));
        assertNull(page.querySelector("table.jenkins-table"));
        assertTrue(((HtmlForm) page.querySelector("form.defender-tags-search"))
                .getInputByName("failed")
                .isChecked());
    }

    @Test
    void addressMayHoldAnything() throws Exception {
        StoredChange.store(build, StoredChange.many(60, "x"));
        for (String page : List.of("0", "-5", "x", "%3Cscript%3E", "99999999999")) {
            assertTrue(text(page("defender-tags/?page=" + page).getBody()).contains("of 60 changes"), page);
        }
        HtmlPage page = page("defender-tags/?query=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&page=1&page=2&failed=maybe");
        assertTrue(text(page.getBody()).contains("No changes match."));
        assertEquals(
                "\"><script>alert(1)</script>",
                ((HtmlForm) page.querySelector("form.defender-tags-search"))
                        .getInputByName("query")
                        .getValue());
    }

    @Test
    void tableHasWhatScreenReadersNeed() throws Exception {
        StoredChange.store(build, StoredChange.many(60, "x"));
        HtmlPage page = page("defender-tags/");
        assertEquals(List.of("Defender tags"), texts(page, "#main-panel h1"));
        HtmlTable table = table(page);
        assertEquals("Changes of Microsoft Defender tags by this build", table.getCaptionText());
        assertEquals(5, table.querySelectorAll("thead th[scope=col]").size());
        HtmlElement query = page.getElementByName("query");
        assertNotNull(page.querySelector("label[for=" + query.getId() + "]"));
        DomElement scrolled = page.querySelector(".defender-tags-table");
        assertEquals("0", scrolled.getAttribute("tabindex"), "scrolled by the keyboard as well");
        assertFalse(scrolled.getAttribute("aria-label").isEmpty());
        assertEquals(
                "Pages of the table",
                ((DomElement) page.querySelector("nav.defender-tags-pages")).getAttribute("aria-label"));
    }

    @Test
    void oldPageLinksTheTableInTheSidePanelAndTheNewOneAsATab() throws Exception {
        StoredChange.store(
                build,
                StoredChange.add("a", "m"),
                StoredChange.add("b", "m"),
                StoredChange.add("c", "m").failed("HTTP 403"));
        assertEquals(List.of("Defender tags"), texts(page(""), "#side-panel a[href$='/defender-tags']"));

        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        User user = User.getById("curious", true);
        user.addProperty(new UserExperimentalFlagsProperty(Map.of("new-build-page.flag", "true")));
        try (JenkinsRule.WebClient client = WebClients.open(r).login("curious")) {
            HtmlPage page = client.goTo(build.getUrl());
            List<String> details = texts(page, "a.jenkins-details__item");
            assertTrue(details.contains("2 Defender tags changed"), details::toString);
            assertTrue(details.contains("1 Defender tag change failed"), details::toString);
            assertEquals(
                    2,
                    table(page.getAnchorByText("1 Defender tag change failed").click())
                            .getRowCount());
            assertEquals(List.of("Defender tags 1"), texts(page, ".app-build-tabs a[href$='/defender-tags']"));
            page = client.goTo(build.getUrl() + "defender-tags/");
            assertEquals(4, table(page).getRowCount());
            assertEquals(List.of("#1"), texts(page, "#main-panel h1"));
            assertEquals(List.of("Defender tags"), texts(page, "#main-panel .jenkins-app-bar h2"));
        }
    }

    @Test
    void buildWithoutChangesHasNothingOfIt() throws Exception {
        assertFalse(text(page("").getBody()).contains("Defender"));
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            client.assertFails(build.getUrl() + "defender-tags/", 404);
        }
    }

    @Test
    void whoMayNotSeeTheBuildDoesNotSeeItsTags() throws Exception {
        StoredChange.store(build, StoredChange.add("secret-tag", "build-07"));
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("stranger", "reader", "discoverer")
                .grant(Item.DISCOVER)
                .everywhere()
                .to("discoverer")
                .grant(Item.READ)
                .onItems(project)
                .to("reader"));
        String table = build.getUrl() + "defender-tags/";
        try (JenkinsRule.WebClient client = WebClients.open(r)) {
            client.login("stranger");
            client.assertFails(table, 404);
            client.login("discoverer");
            client.assertFails(table, 403);
            client.login("reader");
            assertTrue(text(client.goTo(table).getBody()).contains("secret-tag"));
        }
    }

    /** Without scripts: nothing here needs them. */
    private HtmlPage page(String path) throws Exception {
        return WebClients.open(r).withJavaScriptEnabled(false).goTo(build.getUrl() + path);
    }

    private static HtmlTable table(HtmlPage page) {
        return page.querySelector("table.jenkins-table");
    }

    private static List<String> texts(HtmlPage page, String selector) {
        return page.querySelectorAll(selector).stream()
                .map(BuildPagesTest::text)
                .toList();
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
