package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.Commands;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;

@WithDefender
class DefenderTagBuilderTest {

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    DefenderTagBuilderTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void tagsItsAgentForLaterSteps() throws Exception {
        SimulatedDefender.agent(r, folder);
        FreeStyleProject project = project(new DefenderTagBuilder("Add", "build-agent"));
        project.setAssignedLabel(r.jenkins.getLabel("agent"));
        project.getBuildersList()
                .add(Commands.run(
                        "echo \"id=$DEFENDER_MACHINE_ID tags=$DEFENDER_MACHINE_TAGS\"",
                        "echo id=%DEFENDER_MACHINE_ID% tags=%DEFENDER_MACHINE_TAGS%"));
        FreeStyleBuild build = r.buildAndAssertSuccess(project);
        r.assertLogContains(
                "[defender] Added \"build-agent\" to build-07.example.com (1e5b…cc07): linux, build-agent", build);
        r.assertLogContains("id=" + AGENT_ID + " tags=linux,build-agent", build);
        assertEquals(List.of("linux", "build-agent"), simulator.tagsOf(AGENT_ID));
        assertEquals(
                "agent",
                build.getAction(DefenderTagsAction.class).getChanges().get(0).getNode());
    }

    @Test
    void variablesOfTheBuildAreExpanded() throws Exception {
        DefenderTagBuilder builder = new DefenderTagBuilder("${WHAT}", "release-${BUILD_NUMBER}");
        builder.setMachine("$MACHINE");
        builder.setCredentialsId("${CREDENTIAL}");
        FreeStyleProject project = project(builder);
        project.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("WHAT"),
                new StringParameterDefinition("MACHINE"),
                new StringParameterDefinition("CREDENTIAL")));
        r.assertBuildStatusSuccess(project.scheduleBuild2(
                0,
                new ParametersAction(
                        new StringParameterValue("WHAT", "Add"),
                        new StringParameterValue("MACHINE", AGENT_ID),
                        new StringParameterValue("CREDENTIAL", "defender"))));
        assertEquals(List.of("linux", "release-1"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void failureIsOneLine() throws Exception {
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
        builder.setMachine("0".repeat(40));
        FreeStyleBuild build = r.buildAndAssertStatus(Result.FAILURE, project(builder));
        r.assertLogContains("ERROR: Defender does not know the machine " + "0".repeat(40), build);
        r.assertLogNotContains("\tat ", build);
        FreeStyleBuild unset = r.buildAndAssertStatus(Result.FAILURE, project(new DefenderTagBuilder("Add", "")));
        r.assertLogContains("ERROR: The tag is empty", unset);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            release-${MISSING} | The build has no variable ${MISSING}. Set it, or leave it out of "release-${MISSING}".
            release-$MISSING   | The build has no variable $MISSING.
            ${MISSING.part}    | The build has no variable ${MISSING.part}.
            %BUILD_NUMBER%     | %BUILD_NUMBER% is not replaced here. Write ${BUILD_NUMBER} in "%BUILD_NUMBER%".
            ${EMPTY}           | The tag is empty
            """)
    void variableWithoutAValueIsOneLineAndNothingIsSent(String tag, String message) throws Exception {
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", tag);
        builder.setMachine(AGENT_ID);
        assertRefused(builder, message);
        assertRefused(builder(AGENT_ID.replace('c', 'C'), "${EMPTY}"), "credentialsId is given and empty");
        assertRefused(builder("${EMPTY}", "defender"), "The machine is empty");
        assertEquals(List.of(), simulator.requests());
    }

    private static DefenderTagBuilder builder(String machine, String credentialsId) {
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
        builder.setMachine(machine);
        builder.setCredentialsId(credentialsId);
        return builder;
    }

    private void assertRefused(DefenderTagBuilder builder, String message) throws Exception {
        FreeStyleProject project = project(builder);
        project.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("EMPTY", "")));
        FreeStyleBuild build = r.buildAndAssertStatus(Result.FAILURE, project);
        r.assertLogContains("ERROR: " + message, build);
        r.assertLogNotContains("\tat ", build);
    }

    @Test
    void dollarSignsAreWrittenTwice() throws Exception {
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "$${BUILD_NUMBER} for $$5, 100%, %NO_VARIABLE%");
        builder.setMachine(AGENT_ID);
        r.buildAndAssertSuccess(project(builder));
        assertEquals(List.of("linux", "${BUILD_NUMBER} for $5, 100%, %NO_VARIABLE%"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void canBeInterrupted() throws Exception {
        simulator.failNextApiCalls(Fault.silence());
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
        builder.setMachine(AGENT_ID);
        FreeStyleBuild build = project(builder).scheduleBuild2(0).waitForStart();
        await().until(() -> simulator.tagCalls() > 0);
        build.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(build));
        assertTrue(build.getDuration() < 20_000, "well below the request timeout: " + build.getDuration());
        r.assertLogContains("[defender] " + AGENT_ID + ": Given up while waiting for Defender's answer", build);
    }

    @Test
    void formKeepsEveryField() throws Exception {
        DefenderTagBuilder builder = new DefenderTagBuilder("Remove", "quarantine, \"<b>\"");
        builder.setMachine(AGENT_ID);
        builder.setCredentialsId("defender");
        r.assertEqualDataBoundBeans(
                builder.getStep(), r.configRoundtrip(builder).getStep());
        DefenderTagBuilder lean = new DefenderTagBuilder("Add", "x");
        r.assertEqualDataBoundBeans(lean.getStep(), r.configRoundtrip(lean).getStep());
        DefenderTagBuilder unknown = new DefenderTagBuilder("Add", "x");
        unknown.setCredentialsId("deleted-since");
        r.assertEqualDataBoundBeans(
                unknown.getStep(), r.configRoundtrip(unknown).getStep());
    }

    private FreeStyleProject project(DefenderTagBuilder builder) throws Exception {
        FreeStyleProject project = r.createFreeStyleProject();
        project.getBuildersList().add(builder);
        return project;
    }
}
