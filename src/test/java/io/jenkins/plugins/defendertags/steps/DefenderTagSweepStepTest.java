package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.ExtensionList;
import hudson.model.Result;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.config.TagPolicy;
import io.jenkins.plugins.defendertags.leases.TagSightings;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;

@WithDefender
@Timeout(180)
class DefenderTagSweepStepTest {

    private static final String DB = "2".repeat(40);
    private static final String WEB = "3".repeat(40);
    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    DefenderTagSweepStepTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void setUp() throws Exception {
        simulator.addMachine(DB, "db-01.example.com", "building");
        simulator.addMachine(WEB, "web-01.example.com", "building", "web");
    }

    @Test
    void listsAndRemovesNothingUnlessToldTo() throws Exception {
        WorkflowRun run = sweep("def found = defenderTagSweep('building'); echo \"found: ${found*.computerDnsName}\"");
        r.assertBuildStatusSuccess(run);
        r.assertLogContains("[defender] 2 machines have \"building\": would be removed from 2", run);
        r.assertLogContains(
                "[defender] Dry run: would remove \"building\" from web-01.example.com (3333…3333): building, web",
                run);
        r.assertLogContains("give dryRun: false", run);
        r.assertLogContains("found: [db-01.example.com, web-01.example.com]", run);
        assertEquals(0, simulator.tagCalls());
        assertEquals(1, simulator.apiCalls(), "the list is all that is asked for");
        List<TagRecord> records = run.getAction(DefenderTagsAction.class).getChanges();
        assertEquals(2, records.size());
        assertTrue(records.stream().allMatch(TagRecord::isDryRun));
    }

    @Test
    void removesItWhereNobodyHoldsIt() throws Exception {
        WorkflowRun block = job(
                        "block",
                        "withDefenderTag(value: 'building', machine: 'build-07') { input message: 'wait', id: 'go' }")
                .scheduleBuild2(0)
                .waitForStart();
        r.waitForMessage("wait", block);
        WorkflowRun run = sweep("def found = defenderTagSweep(value: 'building', dryRun: false);"
                + " echo \"found: ${found*.machineTags}\"");
        r.assertBuildStatusSuccess(run);
        r.assertLogContains("[defender] 3 machines have \"building\": needed on 1, to be removed from 2", run);
        r.assertLogContains("[defender] Removed \"building\" from web-01.example.com (3333…3333): web", run);
        r.assertLogContains("found: [[], [web]]", run);
        assertEquals(List.of(), simulator.tagsOf(DB));
        assertEquals(List.of("web"), simulator.tagsOf(WEB));
        assertEquals(List.of("linux", "building"), simulator.tagsOf(AGENT_ID), "the block is under way");
        block.doStop();
        r.waitForCompletion(block);
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        r.assertLogContains("[defender] No machine has \"building\"", sweep("defenderTagSweep 'building'"));
    }

    @Test
    void onlyWhatSweepsHaveSeenForSomeTime() throws Exception {
        WorkflowRun run = sweep("defenderTagSweep(value: 'building', olderThan: '7d', dryRun: false)");
        r.assertBuildStatusSuccess(run);
        r.assertLogContains("2 machines have \"building\": seen for less than 7 days 0 hr on 2", run);
        Path file = r.jenkins.getRootDir().toPath().resolve(TagSightings.class.getName() + ".xml");
        long eightDaysAgo = System.currentTimeMillis() - Duration.ofDays(8).toMillis();
        String noted = Files.readString(file);
        Files.writeString(file, noted.replaceFirst("(" + DB + "</string>\\s*<long>)\\d+", "$1" + eightDaysAgo));
        ExtensionList.lookup(TagSightings.class).clear();
        ExtensionList.lookup(TagSightings.class).add(new TagSightings());
        run = sweep("defenderTagSweep(value: 'building', olderThan: '7d', dryRun: false)");
        r.assertLogContains("seen for less than 7 days 0 hr on 1, to be removed from 1", run);
        assertEquals(List.of(), simulator.tagsOf(DB));
        assertEquals(List.of("building", "web"), simulator.tagsOf(WEB));

        Files.writeString(file, "<?xml version='1.1'?><map><entry>");
        ExtensionList.lookup(TagSightings.class).clear();
        ExtensionList.lookup(TagSightings.class).add(new TagSightings());
        run = sweep("defenderTagSweep(value: 'building', olderThan: '1h', dryRun: false)");
        r.assertBuildStatusSuccess(run);
        assertEquals(List.of("building", "web"), simulator.tagsOf(WEB), "what cannot be read counts as not seen");
    }

    @Test
    void aThousandMachinesAreAHandfulOfCalls() throws Exception {
        for (int i = 0; i < 1000; i++) {
            simulator.addMachine("%040x".formatted(i), "m" + i + ".example.com", "building");
        }
        simulator.setLatency(Duration.ofMillis(50));
        WorkflowRun run = sweep("echo \"count: ${defenderTagSweep(value: 'building', dryRun: false).size()}\"");
        r.assertLogContains("count: 1002", run);
        assertEquals(List.of(), simulator.tagsOf("%040x".formatted(999)));
        assertTrue(simulator.apiCalls() <= 12, () -> simulator.apiCalls() + " calls");
    }

    @Test
    void onlyForJobsThatAnAdministratorLists() throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(
                Result.FAILURE, job("other", "defenderTagSweep(value: 'building', dryRun: false)"));
        r.assertLogContains(
                "The job other may not sweep tags (Manage Jenkins > System > Defender Tags > Jobs that may sweep)",
                run);
        DefenderConfiguration.get().setPolicy(new TagPolicy());
        r.assertLogContains("The job sweep may not sweep tags", sweep("defenderTagSweep 'building'"));
        assertEquals(0, simulator.requests().size());
    }

    @Test
    void whatIsNotUsableIsSaidInOneLine() throws Exception {
        for (String[] bad : new String[][] {
            {"value: ' '", "The tag is empty"},
            {"value: 'building', olderThan: 'a week'", "olderThan is \"a week\". Give a number and m, h or d"},
            {"value: 'building', olderThan: '-1d'", "olderThan is \"-1d\""},
            {"value: 'MDE-Management', dryRun: false", "is not allowed: it matches the denied pattern"},
            {"value: 'building', credentialsId: 'nobody'", "no Entra app registration with the credential ID \"nobody\""
            }
        }) {
            WorkflowRun run = sweep("defenderTagSweep(" + bad[0] + ")");
            r.assertBuildStatus(Result.FAILURE, run);
            r.assertLogContains(bad[1], run);
            assertFalse(JenkinsRule.getLog(run).contains("\tat "), "one line for " + bad[0]);
        }
        assertEquals(0, simulator.requests().size());
    }

    @Test
    void refusalsAreToldAndTheOtherMachinesAreDone() throws Exception {
        simulator.failNextApiCalls(Fault.defenderError(403, "Forbidden", "Missing application roles"));
        WorkflowRun run = sweep("defenderTagSweep(value: 'building', dryRun: false)");
        r.assertBuildStatus(Result.FAILURE, run);
        r.assertLogContains("HTTP 403", run);
        assertNull(run.getAction(DefenderTagsAction.class), "the list was refused, so nothing was tried");

        simulator.setLatency(Duration.ofSeconds(1));
        long calls = simulator.apiCalls();
        WorkflowJob job = r.jenkins.getItemByFullName("sweep", WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("defenderTagSweep(value: 'building', dryRun: false)", true));
        run = job.scheduleBuild2(0).waitForStart();
        await().until(() -> simulator.apiCalls() > calls);
        // The list is on its way; now the change for all of them, and then that for one of them, is refused.
        simulator.failNextApiCalls(
                Fault.defenderError(403, "Forbidden", "not in bulk"),
                Fault.defenderError(404, "ResourceNotFound", "Machine was not found"));
        r.waitForCompletion(run);
        r.assertBuildStatus(Result.FAILURE, run);
        r.assertLogContains("1 of 2 machines could not be changed. The first: Defender does not know the machine", run);
        assertEquals(
                1,
                Stream.of(DB, WEB)
                        .filter(id -> simulator.tagsOf(id).contains("building"))
                        .count());
    }

    @Test
    void aTagIsSentAsItIs() throws Exception {
        String tag = "<b>a&b=c#d+e 中";
        simulator.addMachine(DB, "db-01.example.com", tag, "Building");
        WorkflowRun run = sweep("defenderTagSweep(value: '" + tag + "', dryRun: false)");
        r.assertBuildStatusSuccess(run);
        assertEquals(List.of("Building"), simulator.tagsOf(DB));
    }

    @Test
    void canBeAborted() throws Exception {
        simulator.setLatency(Duration.ofSeconds(20));
        WorkflowRun run = job("sweep-slow", "defenderTagSweep(value: 'building', dryRun: false)")
                .scheduleBuild2(0)
                .waitForStart();
        await().until(() -> simulator.apiCalls() > 0);
        run.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(run));
        assertEquals(List.of("building"), simulator.tagsOf(DB));
    }

    @Test
    void formAndSnippet() throws Exception {
        SnippetizerTester snippets = new SnippetizerTester(r);
        DefenderTagSweepStep step = new DefenderTagSweepStep("building");
        snippets.assertRoundTrip(step, "defenderTagSweep 'building'");
        r.assertEqualDataBoundBeans(step, new StepConfigTester(r).configRoundTrip(step));
        step.setOlderThan("7d");
        step.setDryRun(false);
        step.setCredentialsId("defender");
        snippets.assertRoundTrip(
                step, "defenderTagSweep credentialsId: 'defender', dryRun: false, olderThan: '7d', value: 'building'");
        r.assertEqualDataBoundBeans(step, new StepConfigTester(r).configRoundTrip(step));
    }

    private WorkflowRun sweep(String script) throws Exception {
        WorkflowJob job = r.jenkins.getItemByFullName("sweep", WorkflowJob.class);
        job = job == null ? job("sweep", "") : job;
        job.setDefinition(new CpsFlowDefinition(script, true));
        return r.waitForCompletion(job.scheduleBuild2(0).waitForStart());
    }

    private WorkflowJob job(String name, String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
