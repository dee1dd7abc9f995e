package io.jenkins.plugins.defendertags;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.ExtensionList;
import hudson.Util;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.ListView;
import hudson.model.Result;
import hudson.model.Run;
import hudson.tasks.Shell;
import io.jenkins.plugins.defendertags.config.AgentVerificationMode;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.config.PolicyRule;
import io.jenkins.plugins.defendertags.config.TagPolicy;
import io.jenkins.plugins.defendertags.pages.DefenderTagsColumn;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.steps.DefenderTagBuilder;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jenkins.security.csp.impl.CspConfiguration;
import net.sf.json.JSONObject;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlFormUtil;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** Tags and names that were chosen to do harm, on every page and in every log. */
@WithDefender
@Timeout(180)
class HostileTextTest {

    private static final String SCRIPT = "<script>alert('run')</script><img src=x onerror=alert(1)>";
    /** What a tag can be; the rest is refused. */
    private static final String TAG = SCRIPT + "\u202Etxt.exe\u2066";
    /** What Defender, or who pretends to be Defender, can send. */
    private static final String ANYTHING =
            TAG + "\r\nERROR: fake\n[defender] Added \"fake\"\u0000\u0007\u001B[31m\u2028" + "x".repeat(10_000);

    private static final String FAKE = "[defender] Added \"fake\"";

    @TempDir
    Path folder;

    private final List<String> alerts = new ArrayList<>();
    private final JenkinsRule r;
    private final DefenderSimulator simulator;
    /** One for all pages of a test, since it keeps Jenkins' scripts. */
    private final JenkinsRule.WebClient client;

    HostileTextTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
        client = WebClients.open(r);
        client.setAlertHandler((page, message) -> alerts.add(message));
        client.setRefreshHandler((page, url, seconds) -> {}); // a test that waits for another page asks again
    }

    @BeforeEach
    void setUp() throws Exception {
        ExtensionList.lookupSingleton(CspConfiguration.class).setEnforce(true);
        simulator.addMachine(AGENT_ID, ANYTHING, ANYTHING, TAG);
        SimulatedDefender.agent(r, folder);
        ListView view = new ListView("tags", r.jenkins);
        view.setIncludeRegex(".*");
        view.getColumns().add(new DefenderTagsColumn());
        r.jenkins.addView(view);
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void inAPipeline() throws Exception {
        DefenderConfiguration.get().setVerifyAgents(AgentVerificationMode.WARN);
        WorkflowRun run = run(Result.UNSTABLE, """
                node('agent') { defenderTag action: 'Add', value: TAG }
                defenderTag action: 'Remove', value: TAG, machine: '%1$s', dryRun: true
                defenderTag action: 'Add', value: TAG, machines: ['%1$s', 'nobody', 'nobody.example.com'], onError: 'UNSTABLE'
                """.formatted(AGENT_ID));
        assertHarmless(run);
        assertFalse(JenkinsRule.getLog(run).contains("x".repeat(1000)), "cut");
        assertTrue(simulator.tagsOf(AGENT_ID).contains(TAG), "a tag is sent as it is");
        assertEquals(
                TAG, run.getAction(DefenderTagsAction.class).getChanges().get(0).getValue());
        assertHarmless(page(run.getUrl() + "flowGraphTable/"));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "its command interpreter cannot print such a tag")
    void inAFreestyleBuildAlsoAfterItWasLoadedAgain() throws Exception {
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", TAG);
        FreeStyleProject project = r.createFreeStyleProject();
        project.setAssignedLabel(r.jenkins.getLabel("agent"));
        project.getBuildersList().add(builder);
        project.getBuildersList().add(new Shell("printf '%s\\n' \"tags=$DEFENDER_MACHINE_TAGS\""));
        FreeStyleBuild build = r.buildAndAssertSuccess(project);
        assertHarmless(build);
        build.reload();
        TagRecord change =
                build.getAction(DefenderTagsAction.class).getChanges().get(0);
        assertEquals(TAG, change.getValue());
        assertTrue(change.getMachineTags().contains(TAG));
        assertHarmless(build);
        assertNoScript(page(project.getUrl() + "configure"));
    }

    @Test
    void onTheAgentsPage() throws Exception {
        HtmlPage page = agentsPageAfterLooking();
        assertHarmless(page);
        assertTrue(page.getBody().asNormalizedText().contains("<script>alert('run')</script>"), "shown as text");
        simulator.failApiCalls(Fault.defenderError(403, ANYTHING, ANYTHING));
        assertHarmless(agentsPageAfterLooking());
    }

    private HtmlPage agentsPageAfterLooking() throws Exception {
        String path = "computer/agent/defender/";
        HtmlFormUtil.submit(page(path).getFormByName("look"));
        return await().until(
                        () -> page(path),
                        shown -> !shown.getBody().asNormalizedText().contains("Jenkins is asking"));
    }

    @Test
    void inErrors() throws Exception {
        String step = "defenderTag action: 'Add', value: 'x', machine: '" + AGENT_ID + "'";
        simulator.failApiCalls(Fault.defenderError(400, ANYTHING, ANYTHING));
        assertHarmless(run(Result.FAILURE, step));
        assertHarmless(run(Result.SUCCESS, step + ", onError: 'CONTINUE'"));
        simulator.failApiCalls(null);
        simulator.revokeTokens();
        String entra = JSONObject.fromObject(Map.of("error", ANYTHING, "error_description", ANYTHING))
                .toString();
        simulator.failTokenRequests(Fault.answer(400, "application/json", entra));
        assertHarmless(run(Result.FAILURE, step));
        simulator.failTokenRequests(null);
        assertHarmless(run(Result.FAILURE, "defenderTag action: 'Add', value: TAG * 200, machine: 'x'"));
        assertHarmless(run(Result.FAILURE, "defenderTag action: 'Add', value: TAG + '\\u0007', machine: 'x'"));
        assertHarmless(run(Result.FAILURE, "defenderTag action: TAG, value: 'x', machine: 'x'"));
        assertHarmless(run(Result.FAILURE, "defenderTag action: 'Add', value: 'x', machine: TAG * 200"));
        assertHarmless(run(Result.FAILURE, "defenderTag action: 'Add', value: 'x', machine: TAG"));
        assertHarmless(run(Result.FAILURE, "defenderTag action: 'Add', value: 'x', credentialsId: TAG * 200"));
        assertHarmless(run(Result.FAILURE, "defenderTag action: 'Add', value: 'x', onError: TAG"));
        TagPolicy policy = new TagPolicy();
        policy.setRules(List.of(new PolicyRule(PolicyRule.Verdict.ALLOW, "**", "none")));
        DefenderConfiguration.get().setPolicy(policy);
        assertHarmless(run(Result.FAILURE, "defenderTag action: 'Add', value: TAG, machine: 'x'"));
    }

    @Test
    void inTheConfiguration() throws Exception {
        TagPolicy policy = new TagPolicy();
        policy.setRules(List.of(new PolicyRule(PolicyRule.Verdict.ALLOW, "</textarea>" + SCRIPT, SCRIPT)));
        DefenderConfiguration.get().setPolicy(policy);
        HtmlPage page = page("manage/configure");
        assertNoScript(page);
        assertEquals(
                SCRIPT,
                page.getFormByName("config")
                        .getTextAreaByName("_.tags")
                        .getText()
                        .strip());
    }

    private WorkflowRun run(Result expected, String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        String escaped = TAG.replace("'", "\\'").replace("\u202E", "\\u202E").replace("\u2066", "\\u2066");
        job.setDefinition(new CpsFlowDefinition("def TAG = '" + escaped + "'\n" + script, true));
        return r.buildAndAssertStatus(expected, job);
    }

    private void assertHarmless(Run<?, ?> run) throws Exception {
        for (String line : run.getLog(1000)) {
            assertTrue(line.length() < 25_000, "length " + line.length());
            assertFalse(line.startsWith("ERROR: fake") || line.startsWith(FAKE), line);
            if (line.startsWith("[defender]") || line.startsWith("ERROR") || line.startsWith("tags=")) {
                assertClean(line);
            }
        }
        assertHarmless(page(run.getUrl()));
        if (run.getAction(DefenderTagsAction.class) != null) {
            assertHarmless(page(run.getUrl() + "defender-tags/"));
            assertHarmless(page(run.getUrl() + "defender-tags/?query=" + Util.rawEncode(TAG.substring(0, 8))));
            assertHarmless(page(run.getParent().getUrl()));
            assertHarmless(page("view/tags/"));
        }
        assertHarmless(page(run.getUrl() + "consoleFull"));
        assertNotNull(r.getJSON(run.getUrl() + "api/json?depth=3").getJSONObject());
        client.goToXml(run.getUrl() + "api/xml?depth=3");
    }

    private void assertHarmless(HtmlPage page) {
        assertNoScript(page);
        page.getBody()
                .asNormalizedText()
                .lines()
                .filter(line -> !line.startsWith("def TAG"))
                .forEach(line -> {
                    if (!line.contains("[Pipeline]")) {
                        assertClean(line);
                    }
                });
    }

    /** The content security policy forbids it; and nothing of the kind may come from a text. */
    private void assertNoScript(HtmlPage page) {
        assertNotNull(
                page.getWebResponse().getResponseHeaderValue("Content-Security-Policy"), "the policy is enforced");
        assertEquals(List.of(), alerts);
        for (DomElement element : page.getDomElementDescendants()) {
            boolean inline = element.getTagName().equals("script")
                    && !element.hasAttribute("src")
                    && !element.getTextContent().isBlank() // Jenkins' lists hold an empty one
                    && !element.getAttribute("type").contains("json");
            assertFalse(inline, element::asXml);
            assertFalse(
                    element.getAttributesMap().keySet().stream().anyMatch(name -> name.startsWith("on")),
                    element::asXml);
        }
    }

    private static void assertClean(String line) {
        assertTrue(
                line.codePoints()
                        .noneMatch(c -> Character.isISOControl(c) && c != '\t'
                                || Character.getType(c) == Character.FORMAT
                                || c == 0x2028),
                line);
    }

    private HtmlPage page(String path) throws Exception {
        return client.goTo(path);
    }
}
