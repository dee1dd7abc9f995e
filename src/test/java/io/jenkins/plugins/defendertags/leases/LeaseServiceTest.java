package io.jenkins.plugins.defendertags.leases;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.ExtensionList;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import hudson.tasks.Shell;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.steps.DefenderTagWrapper;
import io.jenkins.plugins.defendertags.steps.WithDefenderTagStep;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.CpsFlowExecution;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** What is on disk, over restarts of the controller. */
@Timeout(240)
class LeaseServiceTest {

    @RegisterExtension
    final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @TempDir
    Path folder;

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    @Test
    void blockGoesOnAfterARestart() throws Throwable {
        sessions.then(r -> {
            SimulatedDefender.connect(simulator);
            WorkflowJob job = r.createProject(WorkflowJob.class, "old");
            job.setDefinition(
                    new CpsFlowDefinition("withDefenderTag(value: 'x', machine: 'build-07') { input 'Go on?' }", true));
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            await().until(() -> run.getAction(InputAction.class) != null);
            // A job that is renamed while Pipeline writes to its folder loses that file.
            ((CpsFlowExecution) run.getExecution()).waitForSuspension();
            job.renameTo("new");
            assertEquals("new#1", LeaseService.get().all().get(0).holder().build());
        });
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
        sessions.then(r -> {
            LeaseService.get().retryDue();
            assertFalse(LeaseService.get().all().isEmpty(), "its build has not ended");
            WorkflowRun run =
                    r.jenkins.getItemByFullName("new", WorkflowJob.class).getBuildByNumber(1);
            run.getAction(InputAction.class).getExecutions().get(0).doProceedEmpty();
            r.assertBuildStatusSuccess(r.waitForCompletion(run));
            r.assertLogContains("[defender] Removed \"x\" from build-07.example.com (1e5b…cc07): linux", run);
            assertEquals(List.of(), LeaseService.get().all());
        });
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void filesThatCannotBeReadAreSetAsideAndTheRestIsDone() throws Throwable {
        sessions.then(r -> {
            SimulatedDefender.connect(simulator);
            simulator.addMachine(AGENT_ID, "build-07.example.com", "linux", "x");
            Path folder = r.jenkins.getRootDir().toPath().resolve("defender-tags");
            LeaseHolder deleted = new LeaseHolder.Block(UUID.randomUUID().toString(), "deleted/job#3", "agent");
            LeaseCredential credential = new LeaseCredential(
                    "defender", "simulated", "system", DefenderSimulator.TENANT, DefenderSimulator.CLIENT);
            Lease gone = Lease.of(deleted, new MachineId(AGENT_ID), new Tag("x"), credential, Instant.now())
                    .asAdded(true);
            new LeaseStore(folder).write(deleted, List.of(gone), true);
            String file = r.jenkins
                    .getRootDir()
                    .toPath()
                    .resolve("defender-tags")
                    .toFile()
                    .list()[0];
            String good = Files.readString(folder.resolve(file));
            Files.writeString(folder.resolve("torn.json"), good.substring(0, good.length() / 2));
        });
        sessions.then(r -> {
            assertEquals(1, LeaseService.get().all().size());
            assertEquals(1, LeaseService.get().unreadable().size());
            LeaseService.get().retryDue();
            awaitNothingLeft();
            assertEquals(
                    List.of("linux"), simulator.tagsOf(AGENT_ID), "the job is gone, the credential is Jenkins' own");
            await("nothing half written")
                    .until(() -> Stream.of(new File(r.jenkins.getRootDir(), "defender-tags").list())
                            .allMatch(file -> file.endsWith(".unreadable")));
            assertTrue(ExtensionList.lookupSingleton(StuckTagsMonitor.class).isActivated());
            try (JenkinsRule.WebClient client = WebClients.open(r)) {
                String page = client.goTo("manage/defender-tags/").getBody().asNormalizedText();
                assertTrue(page.contains("torn.json.unreadable"), page);
                assertTrue(page.contains("or about to be removed: 0"), page);
                String manage = client.goTo("manage/").getBody().asNormalizedText();
                assertTrue(manage.contains("could not remove some temporary tags"), manage);
            }
        });
    }

    @Test
    void administratorSeesWhatIsStuckAndWhyAndTriesAgain() throws Throwable {
        sessions.then(r -> {
            SimulatedDefender.connect(simulator);
            FreeStyleBuild build = stuck(r);
            r.assertBuildStatusSuccess(build);
            r.assertLogContains("[defender] Could not remove \"<b>1</b>\" from build-07.example.com", build);
        });
        sessions.then(r -> {
            SimulatedDefender.connect(simulator);
            simulator.addMachine(AGENT_ID, "build-07.example.com", "linux", "<b>1</b>");
            assertTrue(ExtensionList.lookupSingleton(StuckTagsMonitor.class).isActivated());
            try (JenkinsRule.WebClient client = WebClients.open(r)) {
                HtmlPage page = client.goTo("manage/defender-tags/");
                String text = page.getBody().asNormalizedText();
                assertTrue(text.contains("<b>1</b>"), text);
                assertTrue(text.contains("Missing application roles"), text);
                assertTrue(text.contains("job#1"), text);
                simulator.grantRoles("Machine.ReadWrite.All");
                simulator.revokeTokens();
                HtmlForm form = page.getFormByName("retry");
                form.getButtonByName("id").click();
            }
            awaitNothingLeft();
            assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
            assertFalse(ExtensionList.lookupSingleton(StuckTagsMonitor.class).isActivated());
        });
    }

    /** A freestyle build with the variable in its tag, whose app registration loses its permission meanwhile. */
    private FreeStyleBuild stuck(JenkinsRule r) throws Exception {
        Path goOn = folder.resolve("go-on");
        WithDefenderTagStep block = new WithDefenderTagStep(null);
        block.setValues(List.of("<b>${N}</b>"));
        block.setMachine("build-07");
        FreeStyleProject project = r.createFreeStyleProject("job");
        project.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("N", "1")));
        project.getBuildWrappersList().add(new DefenderTagWrapper(block));
        project.getBuildersList().add(new Shell("while [ ! -e '" + goOn + "' ]; do sleep 0.1; done"));
        r.configRoundtrip(project);
        assertEquals(
                "<b>${N}</b>",
                project.getBuildWrappersList()
                        .get(DefenderTagWrapper.class)
                        .getBlock()
                        .getValueLines());
        FreeStyleBuild build = project.scheduleBuild2(0).waitForStart();
        r.waitForMessage("[defender] Added", build);
        assertEquals(List.of("linux", "<b>1</b>"), simulator.tagsOf(AGENT_ID));
        simulator.grantRoles("Machine.Read.All");
        simulator.revokeTokens();
        Files.createFile(goOn);
        return r.waitForCompletion(build);
    }

    @Test
    void freestyleBuildHasTheTagUntilItEndsHoweverItEnds() throws Throwable {
        sessions.then(r -> {
            SimulatedDefender.connect(simulator);
            WithDefenderTagStep block = new WithDefenderTagStep("x");
            block.setMachine("build-07");
            FreeStyleProject project = r.createFreeStyleProject();
            project.getBuildWrappersList().add(new DefenderTagWrapper(block));
            project.getBuildersList().add(new Shell("exit 1"));
            FreeStyleBuild build = r.buildAndAssertStatus(Result.FAILURE, project);
            r.assertLogContains("[defender] Removed \"x\"", build);
            assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));

            project.getBuildersList().clear();
            project.getBuildersList().add(new Shell("sleep 60"));
            FreeStyleBuild aborted = project.scheduleBuild2(0).waitForStart();
            r.waitForMessage("[defender] Added", aborted);
            aborted.doStop();
            r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(aborted));
            awaitNothingLeft();
            assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        });
    }

    private static void awaitNothingLeft() {
        await().until(() -> LeaseService.get().all().isEmpty());
    }
}
