package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            machine: env.NOT_SET                      | machine is null, most likely because a variable is not set. Set it, or leave machine out.
            machine: params.HOTS                      | machine is null
            machine: ''                               | machine is empty
            machine: ' '                              | machine is empty
            machine: "${env.NOT_SET}"                 | machine is the text "null"
            machine: ['a', 'b']                       | machine is a list. Give one machine, or use machines for several.
            machine: 5                                | machine is the number 5. Give a text: '5'.
            machine: [id: 'a', name: 'b']             | machine is a map. Give the id in it.
            machines: null                            | machines is null
            machines: env.NOT_SET                     | machines is null
            machines: 'db-01'                         | machines is "db-01". Give a list, such as ['a', 'b'].
            machines: [id: 'db-01']                   | machines is a map. Give a list
            machines: ['db-01', null]                 | entry 2 of machines is null, most likely because a variable is not set. Set it.
            machines: 'db-01\\n\\nb'.readLines()      | entry 2 of machines is empty
            machines: ''.split(',')                   | entry 1 of machines is empty
            machines: [1, 2] as int[]                 | entry 1 of machines is the number 1. Give a text: '1'.
            machines: ['db-01', ['b']]                | entry 2 of machines is a list. Give a text.
            machines: [[id: 'a']]                     | entry 1 of machines is a map. Give the id in it.
            value: null                               | value is null, most likely because a variable is not set. Set it.
            value: "${params.NOPE}"                   | value is the text "null"
            value: currentBuild.number                | value is the number 1. Give a text: '1'.
            value: ['a']                              | value is a list. Give a text.
            action: null                              | action is null
            credentialsId: null                       | credentialsId is null
            credentialsId: params.NOPE                | credentialsId is null
            credentialsId: ''                         | credentialsId is empty
            onError: null                             | onError is null
            dryRun: null                              | dryRun is null
            dryRun: 'yes'                             | dryRun is "yes". Give true or false.
            dryRun: 'on'                              | dryRun is "on". Give true or false.
            dryRun: 'true '                           | dryRun is "true". Give true or false.
            dryRun: 1                                 | dryRun is the number 1. Give true or false.
            pickNewest: 'newest'                      | pickNewest is "newest". Give true or false.
            waitForMachine: null                      | waitForMachine is null
            waitForMachine: 'five'                    | waitForMachine is "five". Give a whole number.
            waitForMachine: 1.5                       | waitForMachine is the number 1.5. Give a whole number.
            waitForMachine: true                      | waitForMachine is the boolean true. Give a whole number.
            waitForMachine: 99999999999L              | waitForMachine is the number 99999999999. Give a whole number.
            Machine: 'db-01'                          | has no parameter Machine. Did you mean machine? It has: action, credentialsId, dryRun, machine, machines,
            hosts: ['db-01']                          | has no parameter hosts. Did you mean machines?
            node: 'db-01'                             | has no parameter node. Did you mean machine?
            dryrun: true                              | has no parameter dryrun. Did you mean dryRun?
            dryRn: true                               | has no parameter dryRn. Did you mean dryRun?
            credentialId: 'defender'                  | has no parameter credentialId. Did you mean credentialsId?
            """)
    void wrongArgumentIsOneLineAndNothingIsSent(String argument, String message, @TempDir Path folder)
            throws Exception {
        String others = argument.startsWith("value:") ? "" : ", value: 'x'";
        String all = argument + others + (argument.startsWith("action:") ? "" : ", action: 'Add'");
        SimulatedDefender.agent(r, folder);
        assertFails("node('agent') { defenderTag(" + all + ") }", message);
        if (!argument.startsWith("action:")) {
            assertFails("node('agent') { withDefenderTag(" + argument + others + ") { echo 'inside' } }", message);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            withDefenderTag(null) { }                           | value is null
            withDefenderTag(env.NOT_SET) { }                    | value is null
            withDefenderTag(values: null) { }                   | values is null
            withDefenderTag(values: 'a') { }                    | values is "a". Give a list
            withDefenderTag(values: ['a', env.NOT_SET]) { }     | entry 2 of values is null
            withDefenderTag(tags: ['a']) { }                    | withDefenderTag has no parameter tags. Did you mean values?
            withDefenderTag(value: 'x', olderThen: '7d') { }    | withDefenderTag has no parameter olderThen. Did you mean
            def args = [value: 'x', action: 'Add', Hosts: []]; defenderTag(args)       | defenderTag has no parameter Hosts. Did you mean machines?
            steps.defenderTag(action: 'Add', value: 'x', host: 'db-01')                | defenderTag has no parameter host. Did you mean machine?
            steps.'io.jenkins.plugins.defendertags.steps.DefenderTagStep'(action: 'Add', value: 'x', machine: null) | machine is null
            """)
    void everyFormOfACallIsChecked(String call, String message, @TempDir Path folder) throws Exception {
        SimulatedDefender.agent(r, folder);
        assertFails("node('agent') { " + call + " }", message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            defenderTag action: 'Add', value: 'x', machine: env.NOT_SET    | machine is null
            defenderTag action: 'Add', value: 'x', hosts: ['db-01']        | nvalid parameter "hosts"
            defenderTag action: 'Add', value: 'x', dryRun: 'yes'           | dryRun
            defenderTag action: 'Add', value: "${env.NOT_SET}"             | value is the text "null"
            """)
    void declarativePipelineToo(String step, String message, @TempDir Path folder) throws Exception {
        SimulatedDefender.agent(r, folder);
        assertNothingIsSent(
                "pipeline { agent { label 'agent' }\n stages { stage('A') { steps {\n" + step + "\n} } } }", message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
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
        List<String> errors = run.getLog(1000).stream()
                .filter(line -> line.startsWith("ERROR"))
                .toList();
        assertEquals(1, errors.size(), () -> String.join("\n", errors));
        assertTrue(errors.get(0).contains(message), errors.get(0));
    }

    private WorkflowRun assertNothingIsSent(String script, String message) throws Exception {
        WorkflowRun run = r.buildAndAssertStatus(Result.FAILURE, job(script));
        r.assertLogContains(message, run);
        assertFalse(JenkinsRule.getLog(run).contains("\tat "), "no stack trace");
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
