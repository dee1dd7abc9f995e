package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import io.jenkins.plugins.defendertags.machine.DefenderMachineProperty;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;

/** What a script passes is what is done, or nothing is done: no wrong argument makes a step tag the agent instead. */
@WithDefender
class StepArgumentsTest {

    private static final String OTHER_ID = "2".repeat(40);

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    StepArgumentsTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
        simulator.addMachine(OTHER_ID, "db-01.example.com");
    }

    /** What a step without a machine tags. */
    @BeforeEach
    void agentsOwnMachine() throws Exception {
        r.jenkins.getNodeProperties().add(new DefenderMachineProperty(AGENT_ID));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            machine: env.NOT_SET                      | machine is null, most likely because a variable is not set. Set it, or leave machine out.
            machine: params.HOTS                      | machine is null
            machine: ''                               | machine is empty
            machine: ' '                              | machine is empty
            machine: "${env.NOT_SET}"                 | machine is the text "null"
            machine: ['a', 'b']                       | machine is a list. Pass one machine, or use machines for several.
            machine: 5                                | machine is the number 5. Write it as a string: '5'.
            machine: [id: 'a', name: 'b']             | machine is a map. Pass its id.
            machines: null                            | machines is null
            machines: env.NOT_SET                     | machines is null
            machines: 'db-01'                         | machines is "db-01". Pass a list, such as ['a', 'b'].
            machines: [id: 'db-01']                   | machines is a map. Pass a list
            machines: ['db-01', null]                 | entry 2 of machines is null, most likely because a variable is not set. Set it.
            machines: 'db-01\\n\\nb'.readLines()      | entry 2 of machines is empty
            machines: ''.split(',')                   | entry 1 of machines is empty
            machines: [1, 2] as int[]                 | entry 1 of machines is the number 1. Write it as a string: '1'.
            machines: ['db-01', ['b']]                | entry 2 of machines is a list. Pass a string.
            machines: [[id: 'a']]                     | entry 1 of machines is a map. Pass its id.
            value: null                               | value is null, most likely because a variable is not set. Set it.
            value: "${params.NOPE}"                   | value is the text "null"
            value: currentBuild.number                | value is the number 1. Write it as a string: '1'.
            value: ['a']                              | value is a list. Pass a string.
            action: null                              | action is null
            credentialsId: null                       | credentialsId is null
            credentialsId: params.NOPE                | credentialsId is null
            credentialsId: ''                         | credentialsId is empty
            onError: null                             | onError is null
            dryRun: null                              | dryRun is null
            dryRun: 'yes'                             | dryRun is "yes". Pass true or false.
            dryRun: 'on'                              | dryRun is "on". Pass true or false.
            dryRun: 'true '                           | dryRun is "true". Pass true or false.
            dryRun: 1                                 | dryRun is the number 1. Pass true or false.
            pickNewest: 'newest'                      | pickNewest is "newest". Pass true or false.
            waitForMachine: null                      | waitForMachine is null
            waitForMachine: 'five'                    | waitForMachine is "five". Pass a whole number.
            waitForMachine: 1.5                       | waitForMachine is the number 1.5. Pass a whole number.
            waitForMachine: true                      | waitForMachine is the boolean true. Pass a whole number.
            waitForMachine: 99999999999L              | waitForMachine is the number 99999999999. Pass a whole number.
            Machine: 'db-01'                          | has no parameter Machine. Did you mean machine? It has:
            hosts: ['db-01']                          | has no parameter hosts. Did you mean machines?
            node: 'db-01'                             | has no parameter node. Did you mean machine?
            dryrun: true                              | has no parameter dryrun. Did you mean dryRun?
            dryRn: true                               | has no parameter dryRn. Did you mean dryRun?
            credentialId: 'defender'                  | has no parameter credentialId. Did you mean credentialsId?
            """)
    void wrongArgumentIsOneLineAndNothingIsSent(String argument, String message) throws Exception {
        String others = argument.startsWith("value:") ? "" : ", value: 'x'";
        String all = argument + others + (argument.startsWith("action:") ? "" : ", action: 'Add'");
        assertFails("node { defenderTag(" + all + ") }", message);
        if (!argument.startsWith("action:")) {
            assertFails("node { withDefenderTag(" + argument + others + ") { echo 'inside' } }", message);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            withDefenderTag(null) { }                           | value is null
            withDefenderTag(env.NOT_SET) { }                    | value is null
            withDefenderTag(values: null) { }                   | values is null
            withDefenderTag(values: 'a') { }                    | values is "a". Pass a list
            withDefenderTag(values: ['a', env.NOT_SET]) { }     | entry 2 of values is null
            withDefenderTag(tags: ['a']) { }                    | withDefenderTag has no parameter tags. Did you mean values?
            withDefenderTag(value: 'x', olderThen: '7d') { }    | withDefenderTag has no parameter olderThen. Did you mean
            def args = [value: 'x', action: 'Add', Hosts: []]; defenderTag(args)       | defenderTag has no parameter Hosts. Did you mean machines?
            steps.defenderTag(action: 'Add', value: 'x', host: 'db-01')                | defenderTag has no parameter host. Did you mean machine?
            steps.'io.jenkins.plugins.defendertags.steps.DefenderTagStep'(action: 'Add', value: 'x', machine: null) | machine is null
            """)
    void everyFormOfACallIsChecked(String call, String message) throws Exception {
        assertFails("node { " + call + " }", message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            defenderTag action: 'Add', value: 'x', machine: env.NOT_SET    | machine is null
            defenderTag action: 'Add', value: 'x', hosts: ['db-01']        | nvalid parameter "hosts"
            defenderTag action: 'Add', value: 'x', dryRun: 'yes'           | dryRun
            defenderTag action: 'Add', value: "${env.NOT_SET}"             | value is the text "null"
            """)
    void declarativePipelineToo(String step, String message) throws Exception {
        assertNothingIsSent("pipeline { agent any\n stages { stage('A') { steps {\n" + step + "\n} } } }", message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            machines: 'db-01.example.com,db-01'.split(',')
            machines: ['db-01'] as Set
            machines: ['db-01'] as TreeSet
            machines: ["db-${'01'}"]
            machines: ["db-${'01'}"] as String[]
            machines: ["db-${'01'}"] as Object[]
            machines: 'db-01'.readLines()
            machine: "db-${'01'}", waitForMachine: '5'
            machine: 'db-01', waitForMachine: 5L
            machine: 'db-01', dryRun: 'False'
            machine: 'db-01', dryRun: "${false}"
            machine: 'db-01', pickNewest: 'TRUE'
            machine: 'db-01', value: "${'x'}"
            """)
    void listsAndTextsOfEveryKindAreTaken(String arguments) throws Exception {
        String value = arguments.contains("value:") ? "" : ", value: 'x'";
        r.buildAndAssertSuccess(job("defenderTag(action: 'Add'" + value + ", " + arguments + ")"));
        assertEquals(List.of("x"), simulator.tagsOf(OTHER_ID));
    }

    @Test
    void dryRunMayBeTextAsBuildParametersAre() throws Exception {
        WorkflowJob job = job("defenderTag(action: 'Add', value: 'x', machine: 'db-01', dryRun: params.DRY)");
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("DRY", "True")));
        r.assertLogContains("[defender] Dry run: would add", r.buildAndAssertSuccess(job));
        assertEquals(List.of(), simulator.tagsOf(OTHER_ID));
    }

    private void assertFails(String script, String message) throws Exception {
        WorkflowRun run = assertNothingIsSent(script, message);
        assertFalse(JenkinsRule.getLog(run).contains("\tat "), "no stack trace");
        List<String> errors = run.getLog(1000).stream()
                .filter(line -> line.startsWith("ERROR"))
                .toList();
        assertEquals(1, errors.size(), () -> String.join("\n", errors));
        assertTrue(errors.get(0).contains(message), errors.get(0));
    }

    private WorkflowRun assertNothingIsSent(String script, String message) throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job(script));
        r.assertLogContains(message, run);
        assertEquals(List.of(), simulator.requests());
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        return run;
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
