package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.defendertags.config.AgentVerificationMode;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.machine.DefenderMachineProperty;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** Machines named the way people do, in a real Jenkins; the rules themselves are the resolver's and tested there. */
@WithDefender
@Timeout(180)
class NamedMachinesTest {

    private static final String SECOND_ID = "2".repeat(40);
    private static final String NEW_ID = "3".repeat(40);
    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    NamedMachinesTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void setUp() throws Exception {
        simulator.addMachine(SECOND_ID, "db-01.example.com").ipAddresses("10.1.2.3");
    }

    @Test
    void byIdNameShortNameAndAddress() throws Exception {
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                defenderTag action: 'Add', value: 'id', machine: '%s'
                defenderTag action: 'Add', value: 'name', machine: 'DB-01.example.com'
                defenderTag action: 'Add', value: 'short', machine: 'db-01'
                def m = defenderTag action: 'Add', value: 'address', machine: '10.1.2.3'
                echo "tags $m.machineTags"
                """.formatted(SECOND_ID)));
        r.assertLogContains("tags [id, name, short, address]", run);
        assertEquals(List.of("id", "name", "short", "address"), simulator.tagsOf(SECOND_ID));
    }

    @Test
    void listIsAnsweredInOrderAndDuplicatesAreOneChange() throws Exception {
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                def machines = defenderTag action: 'Add', value: 'x', machines: ['db-01', 'build-07', '10.1.2.3', '%s']
                echo machines.collect { it.computerDnsName }.join(' ')
                """.formatted(AGENT_ID)));
        r.assertLogContains("db-01.example.com build-07.example.com db-01.example.com build-07.example.com", run);
        assertEquals(1, simulator.tagCalls(), "both in one call");
        assertEquals(List.of("Add x"), simulator.machines().get(AGENT_ID).changes());
        assertEquals(2, run.getAction(DefenderTagsAction.class).getChanges().size());
    }

    @Test
    void unknownNamesAreAllNamedAndNothingIsChanged() throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(
                Result.FAILURE,
                job(
                        "defenderTag action: 'Add', value: 'x', machines: ['db-01', 'nobody-1', 'o_brien', 'büro.example.com']"));
        String error = errorOf(run);
        for (String name : List.of("nobody-1", "o_brien", "büro.example.com", "No machine was changed.")) {
            assertTrue(error.contains(name), error);
        }
        WorkflowRun many = r.buildAndAssertStatus(
                Result.FAILURE,
                job("defenderTag action: 'Add', value: 'x', machines: (1..30).collect { \"nobody-$it\".toString() }"));
        assertTrue(errorOf(many).contains("And 10 more, see above."), errorOf(many));
        r.assertLogContains("[defender] No machine in Defender has the host name \"nobody-30\"", many);
        assertEquals(0, simulator.tagCalls());
    }

    @Test
    void whatIsPossibleIsDoneIfTheBuildIsToGoOn() throws Exception {
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                def machines = defenderTag action: 'Add', value: 'x', machines: ['nobody', 'db-01'], onError: 'continue'
                echo "first: ${machines[0].name} ${machines[0].error != null}, second: ${machines[1].machineTags}"
                def single = defenderTag action: 'Add', value: 'x', machine: '%s', onError: 'CONTINUE'
                echo "single: ${single.id} ${single.error}"
                """.formatted("0".repeat(40))));
        r.assertLogContains("first: nobody true, second: [x]", run);
        r.assertLogContains("single: " + "0".repeat(40) + " Defender does not know the machine", run);
        assertEquals(
                List.of(false, true, false),
                run.getAction(DefenderTagsAction.class).getChanges().stream()
                        .map(TagRecord::isSuccess)
                        .toList());
    }

    @Test
    void badListsAndOptionsAreRefused() throws Exception {
        assertFails("machines: []", "The list of machines is empty");
        assertFails("machines: ['db-01', ' ']", "empty");
        assertFails("machine: ''", "empty");
        assertFails("machine: 'db-01', machines: ['db-01']", "Both machine and machines are given");
        assertFails("machines: (1..10001).collect { 'x' }", "at most 10000");
        assertFails("machine: 'x' * 300", "255");
        assertFails("machines: ['db-01', '../..']", "contains \"/\".");
        assertFails("machine: 'db-01', onError: 'IGNORE'", "Use \"FAIL\", \"UNSTABLE\" or \"CONTINUE\"");
        assertFails("machine: 'db-01', waitForMachine: -1", "Give 0 to 1440 minutes");
        assertEquals(0, simulator.tagCalls());
    }

    private void assertFails(String arguments, String message) throws Exception {
        WorkflowRun run =
                r.buildAndAssertStatus(Result.FAILURE, job("defenderTag action: 'Add', value: 'x', " + arguments));
        String error = errorOf(run);
        assertTrue(error.contains(message), error);
    }

    @Test
    void severalRecordsOfANameFailOrTheNewestIsTaken() throws Exception {
        simulator.addMachine(NEW_ID, "db-01.example.com").lastSeen("2026-11-23T08:10:59.1234567Z");
        String error = errorOf(
                r.buildAndAssertStatus(Result.FAILURE, job("defenderTag action: 'Add', value: 'x', machine: 'db-01'")));
        assertTrue(error.contains(SECOND_ID) && error.contains(NEW_ID) && error.contains("2026-11-23"), error);
        assertEquals(0, simulator.tagCalls());

        r.buildAndAssertSuccess(job("defenderTag action: 'Add', value: 'x', machine: 'db-01', pickNewest: true"));
        assertEquals(List.of("x"), simulator.tagsOf(NEW_ID));
    }

    @Test
    void waitsForAMachineThatDefenderDoesNotKnowYet() throws Exception {
        String other = "4".repeat(40);
        for (String machine : List.of("new-01", other)) {
            WorkflowRun run = job("defenderTag action: 'Add', value: 'x', machine: '" + machine
                            + "', waitForMachine: 10")
                    .scheduleBuild2(0)
                    .waitForStart();
            r.waitForMessage("Defender does not know " + machine + " yet: waiting up to", run);
            int asked = simulator.requests().size();
            await().until(() -> simulator.requests().size() > asked);
            String id = machine.equals(other) ? other : NEW_ID;
            simulator.addMachine(id, "new-01.example.com");
            r.assertBuildStatusSuccess(r.waitForCompletion(run));
            assertEquals(
                    1,
                    run.getLog(100).stream()
                            .filter(line -> line.contains("waiting up to"))
                            .count());
            assertEquals(List.of("x"), simulator.tagsOf(id));
        }
    }

    @Test
    void listedMachineThatDefenderDoesNotKnowIsNotWaitedFor() throws Exception {
        simulator.machines().get(SECOND_ID).failWith(Fault.defenderError(404, "ResourceNotFound", "Not found"));
        for (String more : List.of("", ", dryRun: true")) {
            WorkflowRun run = r.buildAndAssertStatus(
                    Result.FAILURE,
                    job("defenderTag action: 'Add', value: 'x', machine: 'db-01', waitForMachine: 10" + more));
            String error = errorOf(run);
            assertTrue(error.contains("Defender lists the host name \"db-01\" as machine " + SECOND_ID), error);
            r.assertLogContains("#stalerecord", run);
            r.assertLogNotContains("waiting up to", run);
        }
    }

    @Test
    void addressThatCannotBeLookedUpFailsAlone() throws Exception {
        simulator.failNextApiCalls(Fault.defenderError(400, "BadRequest", "Not a good address"));
        WorkflowRun run = r.buildAndAssertSuccess(job("defenderTag action: 'Add', value: 'x', machines: ['10.9.9.9', '"
                + SECOND_ID + "'], onError: 'CONTINUE'"));
        r.assertLogContains("The IP address \"10.9.9.9\" could not be looked up", run);
        assertEquals(List.of("x"), simulator.tagsOf(SECOND_ID));
    }

    @Test
    void waitingEndsWithTheBuild() throws Exception {
        WorkflowRun run = job("defenderTag action: 'Add', value: 'x', machine: 'new-01', waitForMachine: 10")
                .scheduleBuild2(0)
                .waitForStart();
        r.waitForMessage("waiting up to", run);
        run.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(run));
        AtomicInteger requests = new AtomicInteger();
        await("no more requests")
                .during(Duration.ofSeconds(2))
                .until(() -> simulator.requests().size(), now -> now == requests.getAndSet(now));
    }

    @Test
    void formsKeepEveryOption() throws Exception {
        DefenderTagStep step = new DefenderTagStep("Add", "x");
        step.setMachines(List.of("db-01", "o'brien"));
        step.setPickNewest(true);
        step.setWaitForMachine(30);
        step.setOnError("CONTINUE");
        r.assertEqualDataBoundBeans(step, new StepConfigTester(r).configRoundTrip(step));
        new SnippetizerTester(r)
                .assertRoundTrip(
                        step,
                        "defenderTag action: 'Add', machines: ['db-01', 'o\\'brien'], onError:"
                                + " 'CONTINUE', pickNewest: true, value: 'x', waitForMachine: 30");

        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
        builder.setMachines(List.of("db-01", "${OTHER}"));
        builder.setPickNewest(true);
        builder.setWaitForMachine(30);
        builder.setOnError("CONTINUE");
        r.assertEqualDataBoundBeans(
                builder.getStep(), r.configRoundtrip(builder).getStep());
    }

    @Test
    void agentsMachineMayBeSetByName() throws Exception {
        DumbSlave agent = r.createOnlineSlave(r.jenkins.getLabelAtom("agent"));
        agent.getNodeProperties().add(new DefenderMachineProperty("db-01"));
        r.buildAndAssertSuccess(job("node('agent') { defenderTag action: 'Add', value: 'x' }"));
        assertEquals(List.of("x"), simulator.tagsOf(SECOND_ID));
    }

    @Test
    void newAgentIsWaitedForBeforeItIsVerified(@TempDir Path folder) throws Exception {
        DumbSlave agent = SimulatedDefender.agentWithPath(r, SimulatedMdatp.install(folder, NEW_ID));
        DefenderConfiguration.get().setVerifyAgents(AgentVerificationMode.REQUIRE);
        WorkflowRun run = job("node('agent') { defenderTag action: 'Add', value: 'x', waitForMachine: 10 }")
                .scheduleBuild2(0)
                .waitForStart();
        r.waitForMessage("Defender does not know " + NEW_ID + " yet", run);
        simulator.addMachine(NEW_ID, InetAddress.getLocalHost().getHostName());
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        assertEquals(List.of("x"), simulator.tagsOf(NEW_ID));
    }

    @Test
    void freestyleNamesMachinesToo() throws Exception {
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
        builder.setMachines(List.of("db-01", "build-07.example.com"));
        FreeStyleProject project = r.createFreeStyleProject();
        project.getBuildersList().add(builder);
        r.buildAndAssertSuccess(project);
        assertEquals(List.of("x"), simulator.tagsOf(SECOND_ID));
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));

        DefenderTagBuilder unset = new DefenderTagBuilder("Add", "x");
        unset.setMachine("${NOT_SET_" + "}");
        FreeStyleProject other = r.createFreeStyleProject();
        other.getBuildersList().add(unset);
        r.buildAndAssertStatus(Result.FAILURE, other);
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private static String errorOf(WorkflowRun run) throws Exception {
        List<String> errors = run.getLog(1000).stream()
                .filter(line -> line.startsWith("ERROR"))
                .toList();
        assertEquals(1, errors.size(), () -> String.join("\n", errors));
        return errors.get(0);
    }
}
