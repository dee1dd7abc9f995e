package io.jenkins.plugins.defendertags.leases;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.cli.CLICommandInvoker;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** <em>Manage Jenkins &gt; Defender tags to remove</em>, its API and its command, with the leases of every kind of holder. */
@Timeout(240)
class TagsToRemoveTest {

    private static final int MANY = 15_000;

    @RegisterExtension
    final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    private final Instant now = Instant.now();

    /** One tag that was given up, one that is tried again, one that is kept for a time, and many of one block. */
    @BeforeEach
    void storeLeases() throws Throwable {
        sessions.then(r -> {
            SimulatedDefender.connect(simulator);
            r.buildAndAssertSuccess(r.createFreeStyleProject("security"));
            LeaseHolder block = new LeaseHolder.Block("1", "deleted/job#3", "gone-agent");
            store(r, block, List.of(failed(block, "given-up", AGENT_ID, now.minus(Duration.ofDays(8)))));
            LeaseHolder agent = new LeaseHolder.Agent("agent-7");
            store(r, agent, List.of(failed(agent, "retried", AGENT_ID, now)));
            LeaseHolder time = new LeaseHolder.Time("2", "security#1", "", now.plus(Duration.ofDays(1)));
            store(r, time, List.of(lease(time, "quarantine", AGENT_ID)));
            LeaseHolder many = new LeaseHolder.Block("3", "fleet#1", null);
            List<Lease> leases = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                leases.add(failed(many, "building", String.format("%040x", i), now));
            }
            store(r, many, leases);
        });
        simulator.addMachine(AGENT_ID, "build-07.example.com", "given-up", "retried", "quarantine");
    }

    private static void store(JenkinsRule r, LeaseHolder holder, List<Lease> leases) throws IOException {
        new LeaseStore(r.jenkins.getRootDir().toPath().resolve("defender-tags")).write(holder, leases, false);
    }

    private Lease lease(LeaseHolder holder, String tag, String machine) {
        LeaseCredential credential = new LeaseCredential(
                "defender", "simulated", "system", DefenderSimulator.TENANT, DefenderSimulator.CLIENT);
        return Lease.of(holder, new MachineId(machine), new Tag(tag), credential, now)
                .asAdded(true);
    }

    private Lease failed(LeaseHolder holder, String tag, String machine, Instant ended) {
        return lease(holder, tag, machine)
                .end(ended)
                .failed(RemovalAttempts.NONE.refused(now, new Problem("Missing application roles", null)));
    }

    @Test
    void pageShowsSomeOfManyAndTriesAgainWhatIsFound() throws Throwable {
        sessions.then(r -> {
            try (JenkinsRule.WebClient client = WebClients.open(r)) {
                HtmlPage page = client.goTo("manage/defender-tags/");
                String text = page.getBody().asNormalizedText();
                assertTrue(text.contains("1 to 50 of 15,002 tags"), text);
                assertTrue(text.contains("Given up after 7 days and 1 attempt"), text);
                assertTrue(text.contains("deleted/job#3 (deleted)"), text);
                assertTrue(text.contains("in use by blocks, agents and times, or about to be removed: 1"), text);
                assertEquals(50, page.getByXPath("//tbody/tr").size());
                assertTrue(text.contains("301"), "the last page is linked");

                page = client.goTo("manage/defender-tags/?query=quarantine&all=true");
                text = page.getBody().asNormalizedText();
                assertTrue(text.contains("1 to 1 of 1 tag"), text);
                assertTrue(text.contains("In use"), text);
                assertTrue(text.contains("Until "), text);
                assertTrue(page.getAnchorByText("security#1").getHrefAttribute().endsWith("/job/security/1/"));
                assertTrue(
                        page.getAnchorByText("built-in node").getHrefAttribute().contains("/computer/"));
                assertEquals(0, page.getByXPath("//form[@name='retry']").size(), "nothing to try");

                page = client.goTo("manage/defender-tags/?query=agent-7");
                text = page.getBody().asNormalizedText();
                assertTrue(text.contains("Failed once. Next attempt:"), text);
                assertEquals(
                        1,
                        page.getByXPath("//a[@href='https://portal.example.com/machines/" + AGENT_ID + "']")
                                .size());
                page = click(page, "retryAll", "retryAll");
                assertTrue(page.getUrl().getQuery().contains("query=agent-7"), "back to the same search");
                await().until(() -> simulator.tagsOf(AGENT_ID).equals(List.of("given-up", "quarantine")));
                await().until(() -> LeaseService.get().countStuck() == MANY + 1);

                page = client.goTo("manage/defender-tags/?query=given-up");
                click(page, "retry", "id");
                await().until(() -> simulator.tagsOf(AGENT_ID).equals(List.of("quarantine")));

                page = client.goTo("manage/defender-tags/?query=000000000000000001&page=1");
                click(page, "forget", "id");
                await().until(() -> LeaseService.get().countStuck() == MANY - 1);
            }
        });
    }

    private static HtmlPage click(HtmlPage page, String form, String button) throws IOException {
        return page.getFormByName(form).getButtonByName(button).click();
    }

    @Test
    void apiShowsPagesOfTheTable() throws Throwable {
        sessions.then(r -> {
            JSONObject all = r.getJSON("manage/defender-tags/api/json").getJSONObject();
            assertEquals(MANY + 2, all.getInt("stuck"));
            assertEquals(MANY + 2, all.getInt("found"));
            assertEquals(1, all.getInt("held"));
            assertEquals(301, all.getInt("pages"));
            assertEquals(50, all.getJSONArray("tags").size());
            JSONObject first = all.getJSONArray("tags").getJSONObject(0);
            assertEquals("given-up", first.getString("tag"));
            assertEquals("GIVEN_UP", first.getString("state"));
            assertEquals("deleted/job#3", first.getString("build"));
            assertEquals("BLOCK", first.getString("holder"));
            assertTrue(first.get("nextAttempt").toString().equals("null"), first.toString());

            JSONObject found = r.getJSON(
                            "manage/defender-tags/api/json?query=quarantine&all=true&tree=found,tags[tag,state,holder,until]")
                    .getJSONObject();
            assertEquals(1, found.getInt("found"));
            JSONObject kept = found.getJSONArray("tags").getJSONObject(0);
            assertEquals("TIME", kept.getString("holder"));
            assertEquals("IN_USE", kept.getString("state"));
            assertEquals(now.plus(Duration.ofDays(1)).toEpochMilli(), kept.getLong("until"));
            assertFalse(kept.has("machineId"), "not asked for");
        });
    }

    @Test
    void commandListsAndTriesAgain() throws Throwable {
        sessions.then(r -> {
            CLICommandInvoker.Result refused = new CLICommandInvoker(r, "defender-tags-to-remove")
                    .authorizedTo(Jenkins.READ, Jenkins.MANAGE)
                    .invokeWithArgs("--retry");
            assertEquals(6, refused.returnCode(), refused.stderr());
            assertEquals("", refused.stdout());

            CLICommandInvoker.Result listed = command(r, "--search", "given-up");
            assertEquals(0, listed.returnCode(), listed.stderr());
            assertEquals(
                    "GIVEN_UP\tgiven-up\t" + AGENT_ID
                            + "\t-\tdeleted/job#3\tgone-agent\tdefender\t-\tMissing application roles",
                    listed.stdout().strip());
            assertEquals(3, simulator.tagsOf(AGENT_ID).size(), "listing changes nothing");

            CLICommandInvoker.Result kept = command(r, "--all", "--search", "quarantine");
            assertTrue(kept.stdout().startsWith("IN_USE\tquarantine\t"), kept.stdout());

            CLICommandInvoker.Result retried = command(r, "--retry", "--search", AGENT_ID);
            assertEquals(0, retried.returnCode(), retried.stderr());
            assertEquals(2, retried.stdout().lines().count());
            await().until(() -> simulator.tagsOf(AGENT_ID).equals(List.of("quarantine")));
        });
    }

    private static CLICommandInvoker.Result command(JenkinsRule r, String... arguments) {
        return new CLICommandInvoker(r, "defender-tags-to-remove")
                .authorizedTo(Jenkins.ADMINISTER)
                .invokeWithArgs(arguments);
    }
}
