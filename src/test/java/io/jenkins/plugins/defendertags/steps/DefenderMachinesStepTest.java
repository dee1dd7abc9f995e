package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.Result;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.config.PolicyRule;
import io.jenkins.plugins.defendertags.config.TagPolicy;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.machine.DefenderMachineProperty;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;

@WithDefender
class DefenderMachinesStepTest {

    private static final String WEB = "2".repeat(40);
    private static final String DB = "3".repeat(40);

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    DefenderMachinesStepTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void machines() throws Exception {
        r.jenkins.getNodeProperties().add(new DefenderMachineProperty(AGENT_ID));
        simulator.addMachine(WEB, "web-01.example.com", "building").risk("High");
        simulator
                .addMachine(DB, "db-01.example.com", "building", "db")
                .health("Inactive")
                .risk(null);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            tag: 'building'                                      | web-01, db-01
            tag: 'db'                                            | db-01
            tag: 'none has it'                                   | ''
            machine: 'web-01'                                    | web-01
            machines: ['%2$s', 'web-01', '%2$s', '%1$s']         | db-01, web-01
            machines: []                                         | ''
            machines: ['web-01', '%2$s'], tag: 'db'              | db-01
            tag: 'building', healthStatus: 'active'              | web-01
            tag: 'building', healthStatus: 'Inactive'            | db-01
            tag: 'building', riskScore: 'high'                   | web-01
            tag: 'building', riskScore: 'Low'                    | ''
            tag: 'building', notHeld: true                       | web-01, db-01
                                                                 | build-07
            riskScore: 'Low'                                     | build-07
            """)
    void readsMachinesAndChangesNothing(String arguments, String names) throws Exception {
        String given = arguments == null ? "" : arguments.formatted(WEB, DB);
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                node {
                  def machines = defenderMachines(%s)
                  sleep 1 // the program is saved, and the machines with it
                  echo 'found: ' + machines.collect { it.computerDnsName - '.example.com' }.join(', ')
                }
                """.formatted(given)));
        r.assertLogContains("found: " + (names == null ? "" : names.replace("''", "")) + "\n", run);
        assertEquals(0, simulator.tagCalls());
        assertNull(run.getAction(DefenderTagsAction.class), "there is no change to record");
    }

    @Test
    void resultHasTheFieldsOfTheApiAndNeedsNoAgent() throws Exception {
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                def m = defenderMachines(machine: '%s')[0]
                m.machineTags << 'mine alone'
                echo "${m.id} ${m.riskScore} ${m.healthStatus} ${m.osBuild + 1} ${m.machineTags}"
                """.formatted(DB)));
        r.assertLogContains(DB + " null Inactive 18210 [building, db, mine alone]", run);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            machine: 'nobody'                          | No machine in Defender has the host name "nobody"
            machines: ['web-01', 'nobody', 'nix']      | host name "nix"
            machine: '00000000000000000000000000000000000000ff' | Defender does not know the machine 00000000000000000000000000000000000000ff.
            machine: 'db-01.example.com'               | No active machine in Defender has the DNS name "db-01.example.com"
            machine: 'a', machines: ['b']              | Both machine and machines are given
            notHeld: true                              | notHeld is given without a tag
            riskScore: 'Hihg'                          | riskScore "Hihg" does not exist. Use None, Informational, Low, Medium, High.
            healthStatus: 'Healthy'                    | healthStatus "Healthy" does not exist. Use Active, Inactive,
            tag: null                                  | tag is null, most likely because a variable is not set. Set it, or leave tag out.
            tag: env.NOT_SET                           | tag is null
            machine: env.NOT_SET                       | machine is null
            tag: ''                                    | tag is empty
            value: 'building'                          | defenderMachines has no parameter value. Did you mean tag?
            tags: ['building']                         | defenderMachines has no parameter tags. Did you mean tag?
            host: 'web-01'                             | defenderMachines has no parameter host. Did you mean machine?
            notHeld: 'yes', tag: 'x'                   | notHeld is "yes". Pass true or false.
            machines: 'web-01'                         | machines is "web-01". Pass a list
            credentialsId: 'nobody'                    | no Entra app registration with the credential ID "nobody"
            """)
    void badInputIsOneLine(String arguments, String message) throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job("node { defenderMachines(" + arguments + ") }"));
        String error = run.getLog(1000).stream()
                .filter(line -> line.startsWith("ERROR"))
                .findFirst()
                .orElseThrow();
        assertTrue(error.contains(message), error);
        assertFalse(JenkinsRule.getLog(run).contains("\tat "), "no stack trace");
    }

    @Test
    void recipeRemovesWhatNobodyHolds() throws Exception {
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                simple = { ->
                  defenderTag(action: 'Remove', value: 'building', allowEmpty: true,
                      machines: defenderMachines(tag: 'building', notHeld: true)*.id)
                }
                withDefenderTag(value: 'building', machine: '%s') {
                  echo "removed: ${simple()*.computerDnsName}"
                }
                echo "then: ${simple()*.computerDnsName}"
                """.formatted(AGENT_ID)));
        r.assertLogContains("Found 2 machines, and left out 1 where this Jenkins holds the tag", run);
        r.assertLogContains("removed: [web-01.example.com, db-01.example.com]", run);
        r.assertLogContains("[defender] The list of machines is empty: nothing to do", run);
        r.assertLogContains("then: []", run);
        await().until(() -> LeaseService.get().all().isEmpty());
        for (String id : List.of(WEB, DB, AGENT_ID)) {
            assertFalse(simulator.tagsOf(id).contains("building"), id);
        }
    }

    @Test
    void emptyListIsAnErrorUnlessItIsExpected() throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(
                Result.FAILURE,
                job(
                        "node { defenderTag(action: 'Remove', value: 'linux', machines: defenderMachines(tag: 'x')*.id) }"));
        r.assertLogContains("ERROR: The list of machines is empty. Name at least one", run);
        String denied = "node { defenderTag(action: 'Add', value: 'MDE-Management', machines: [], allowEmpty: true) }";
        r.assertLogContains("rule 1, deny MDE-Management", r.buildAndAssertStatus(Result.FAILURE, job(denied)));
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void policyDecidesWhoReadsOtherMachinesThanItsAgent() throws Exception {
        TagPolicy policy = new TagPolicy();
        PolicyRule own = new PolicyRule(PolicyRule.Verdict.ALLOW, "**", "quarantine");
        own.setMachines(PolicyRule.Machines.OWN);
        policy.setRules(List.of(new PolicyRule(PolicyRule.Verdict.ALLOW, "security/**", "quarantine"), own));
        DefenderConfiguration.get().setPolicy(policy);
        Folder security = r.createProject(Folder.class, "security");
        for (String arguments : List.of("tag: 'building'", "machine: 'web-01'", "machines: ['web-01']")) {
            String script = "defenderMachines(" + arguments + ")";
            r.assertLogContains(
                    "may not read machines that it names: ", r.buildAndAssertStatus(Result.FAILURE, job(script)));
            WorkflowJob job = security.createProject(WorkflowJob.class, "job" + arguments.length());
            job.setDefinition(new CpsFlowDefinition(script, true));
            r.buildAndAssertSuccess(job);
        }
        r.buildAndAssertSuccess(job("node { defenderMachines() }"));
    }

    @Test
    void tenThousandMachinesAreFoundAndCleanedUp() throws Exception {
        simulator.machines().clear();
        for (int i = 0; i < 10_000; i++) {
            simulator.addMachine("%040x".formatted(i), "m-" + i, "building");
        }
        WorkflowRun run = r.buildAndAssertSuccess(job("""
                def machines = defenderMachines(tag: 'building')
                echo "found ${machines.size()}"
                defenderTag(action: 'Remove', value: 'building', machines: machines*.id)
                """));
        r.assertLogContains("found 10000", run);
        assertEquals(List.of(), simulator.tagsOf("%040x".formatted(9_999)));
        assertTrue(simulator.apiCalls() <= 40, "calls: " + simulator.apiCalls());

        // Another tag: what this controller has just removed outweighs a read for some minutes.
        for (int i = 0; i < 10_001; i++) {
            simulator.addMachine("%040x".formatted(i), "m-" + i, "testing");
        }
        r.assertLogContains(
                "ERROR: Defender has 10001 such machines, and a build can take 10000 at most. Ask for fewer",
                r.buildAndAssertStatus(Result.FAILURE, job("defenderMachines(tag: 'testing')")));
    }

    @Test
    void canBeAborted() throws Exception {
        simulator.failNextApiCalls(Fault.silence());
        WorkflowRun run =
                job("defenderMachines(tag: 'building')").scheduleBuild2(0).waitForStart();
        await().until(() -> simulator.apiCalls() > 0);
        run.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(run));
    }

    @Test
    void formAndSnippetKnowEveryField() throws Exception {
        SnippetizerTester snippets = new SnippetizerTester(r);
        DefenderMachinesStep none = new DefenderMachinesStep();
        snippets.assertRoundTrip(none, "defenderMachines()");
        r.assertEqualDataBoundBeans(none, new StepConfigTester(r).configRoundTrip(none));
        DefenderMachinesStep every = new DefenderMachinesStep();
        every.setTag("building");
        every.setMachines(List.of("web-01", "db-01"));
        every.setHealthStatus("Active");
        every.setRiskScore("High");
        every.setNotHeld(true);
        every.setCredentialsId("defender");
        snippets.assertRoundTrip(
                every,
                "defenderMachines credentialsId: 'defender', healthStatus: 'Active', machines: ['web-01', 'db-01'],"
                        + " notHeld: true, riskScore: 'High', tag: 'building'");
        r.assertEqualDataBoundBeans(every, new StepConfigTester(r).configRoundTrip(every));
        DefenderMachinesStep one = new DefenderMachinesStep();
        one.setMachine("web-01");
        r.assertEqualDataBoundBeans(one, new StepConfigTester(r).configRoundTrip(one));
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
