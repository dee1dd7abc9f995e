package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleProject;
import hudson.tasks.Shell;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.testing.JenkinsProcess;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.CpsFlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowDurabilityHint;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.job.properties.DisableResumeJobProperty;
import org.jenkinsci.plugins.workflow.job.properties.DurabilityHintJobProperty;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * A controller that is killed ({@code kill -9}) while blocks hold tags, is stopped in the middle of many removals, and starts
 * without the plugin. To start it takes most of the time, so that one test does it all.
 */
@Timeout(900)
class KilledBlockTest {

    private static final String ADDING = "1".repeat(40);
    private static final String INSIDE = "2".repeat(40);
    private static final String FREESTYLE = "3".repeat(40);
    private static final String NOT_RESUMED = "4".repeat(40);
    private static final String REMOVING = "5".repeat(40);
    private static final String NOT_DURABLE = "6".repeat(40);
    private static final String RESUME_DISABLED = "7".repeat(40);
    private static final List<String> KILLED =
            List.of(ADDING, INSIDE, FREESTYLE, NOT_RESUMED, REMOVING, NOT_DURABLE, RESUME_DISABLED);

    private static final String HELD = "8".repeat(40);
    private static final List<String> MANY =
            Stream.of("9", "a", "b", "c", "d").map(digit -> digit.repeat(40)).toList();

    @RegisterExtension
    final RealJenkinsExtension jenkins =
            JenkinsProcess.create().javaOptions("-Dio.jenkins.plugins.defendertags.leases.EndOfBlock.patience=500");

    @TempDir
    Path latches;

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    @Test
    void noTagIsLeft() throws Throwable {
        Stream.of(KILLED, List.of(HELD), MANY)
                .flatMap(List::stream)
                .forEach(id -> simulator.addMachine(id, "m" + id.charAt(0) + ".example.com", "before"));
        jenkins.startJenkins();
        jenkins.runRemotely(SimulatedDefender::connectTo, simulator.url());
        beginBlocks();
        jenkins.stopJenkinsForcibly();
        simulator.answers().setFault(null);
        new File(jenkins.getHome(), "jobs/not-resumed/builds/1/program.dat").delete();

        jenkins.startJenkins();
        open("inside");
        for (String id : KILLED) {
            awaitTags(id, List.of("before"));
        }
        for (String job : List.of("adding", "removing", "inside")) {
            jenkins.runRemotely(KilledBlockTest::assertSuccess, job);
        }
        // Defender has made the last removal a moment before Jenkins is told.
        await().until(() -> leases().isEmpty());

        beginOneAndEndMany();
        jenkins.stopJenkins();
        assertTrue(tagsOfMany() > 0, "it was stopped in the middle");
        simulator.setLatency(Duration.ZERO);

        setPluginDisabled(true);
        jenkins.startJenkins();
        assertFalse(leases().isEmpty(), "nobody removes them while the plugin is disabled");
        assertEquals(List.of("before", "x"), simulator.tagsOf(HELD));
        jenkins.stopJenkins();
        setPluginDisabled(false);
        jenkins.startJenkins();
        awaitTags(HELD, List.of("before"));
        await().atMost(LONG).until(() -> tagsOfMany() == 0);
        await().until(() -> leases().isEmpty());
    }

    private static final Duration LONG = Duration.ofMinutes(4);

    private void beginBlocks() throws Throwable {
        for (String[] job : new String[][] {
            {"inside", INSIDE},
            {"not-resumed", NOT_RESUMED},
            {"removing", REMOVING},
            {"not-durable", NOT_DURABLE},
            {"resume-disabled", RESUME_DISABLED}
        }) {
            jenkins.runRemotely(KilledBlockTest::buildPipeline, job[0], block("'x'", "'" + job[1] + "'", job[0]));
        }
        jenkins.runRemotely(KilledBlockTest::buildFreestyle, FREESTYLE);
        for (String id : KILLED) {
            awaitTags(id, id.equals(ADDING) ? List.of("before") : List.of("before", "x"));
        }
        // Defender does not answer the removal.
        long tagCalls = simulator.tagCalls();
        simulator.failNextApiCalls(Fault.silence());
        open("removing");
        await().atMost(LONG).until(() -> simulator.tagCalls() > tagCalls);
        // Defender has added the tag, but Jenkins is not told.
        simulator.answers().setFault(Fault.silence().afterwards());
        jenkins.runRemotely(
                KilledBlockTest::buildPipeline,
                "adding",
                "withDefenderTag(value: 'x', machine: '" + ADDING + "') { echo 'inside' }");
        awaitTags(ADDING, List.of("before", "x"));
        jenkins.runRemotely(KilledBlockTest::awaitSaved);
    }

    private void beginOneAndEndMany() throws Throwable {
        jenkins.runRemotely(KilledBlockTest::buildPipeline, "held", block("'x'", "'" + HELD + "'", "held"));
        awaitTags(HELD, List.of("before", "x"));
        jenkins.runRemotely(
                KilledBlockTest::buildPipeline,
                "many",
                block("(1..100).collect { \"t$it\" }", "'" + String.join("', '", MANY) + "'", "many"));
        await().atMost(LONG).until(() -> tagsOfMany() == 500);
        simulator.setLatency(Duration.ofMillis(200)); // so that the removals take 20 seconds
        open("many");
        await().atMost(LONG).until(() -> tagsOfMany() < 500);
    }

    /** Whose body waits until a latch of the same name as the job is opened. */
    private String block(String values, String machines, String latch) {
        return "withDefenderTag(values: [" + values + "].flatten(), machines: [" + machines + "]) {"
                + " waitUntil(initialRecurrencePeriod: 250, quiet: true) { new File('" + latches.resolve(latch)
                + "').exists() } }";
    }

    private void open(String latch) throws IOException {
        Files.createFile(latches.resolve(latch));
    }

    private int tagsOfMany() {
        return MANY.stream().mapToInt(id -> simulator.tagsOf(id).size() - 1).sum();
    }

    private List<String> leases() {
        return List.of(new File(jenkins.getHome(), "defender-tags").list());
    }

    private void awaitTags(String id, List<String> tags) {
        await("tags of " + id).atMost(LONG).until(() -> simulator.tagsOf(id).equals(tags));
    }

    private void setPluginDisabled(boolean disabled) throws IOException {
        try (Stream<Path> plugins = Files.list(jenkins.getHome().toPath().resolve("plugins"))) {
            Path plugin = plugins.filter(file -> file.getFileName().toString().matches("defender-tags\\.[hj]p[il]"))
                    .findFirst()
                    .orElseThrow();
            Path marker = plugin.resolveSibling(plugin.getFileName() + ".disabled");
            if (disabled) {
                Files.createFile(marker);
            } else {
                Files.delete(marker);
            }
        }
    }

    /** Waits until Pipeline has saved every build as it is now; the one whose tag is being removed does not wait for that. */
    private static void awaitSaved(JenkinsRule r) throws Throwable {
        r.waitForCompletion(
                r.jenkins.getItemByFullName("removing", WorkflowJob.class).getBuildByNumber(1));
        for (WorkflowJob job : r.jenkins.allItems(WorkflowJob.class)) {
            CpsFlowExecution execution =
                    (CpsFlowExecution) job.getBuildByNumber(1).getExecution();
            if (!execution.isComplete()) {
                execution.waitForSuspension();
            }
        }
    }

    private static void buildPipeline(JenkinsRule r, String name, String script) throws Throwable {
        DefenderConfiguration.get().setCallsPerMinute(10_000);
        DefenderConfiguration.get().setRequestTimeout(600); // silence lasts until the controller is killed
        WorkflowJob job = r.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, false));
        if (name.equals("not-durable")) {
            job.addProperty(new DurabilityHintJobProperty(FlowDurabilityHint.PERFORMANCE_OPTIMIZED));
        }
        if (name.equals("resume-disabled")) {
            job.addProperty(new DisableResumeJobProperty());
        }
        job.scheduleBuild2(0).waitForStart();
    }

    private static void buildFreestyle(JenkinsRule r, String machine) throws Throwable {
        WithDefenderTagStep block = new WithDefenderTagStep("x");
        block.setMachine(machine);
        FreeStyleProject project = r.createFreeStyleProject("freestyle");
        project.getBuildWrappersList().add(new DefenderTagWrapper(block));
        project.getBuildersList().add(new Shell("sleep 60"));
        project.scheduleBuild2(0).waitForStart();
    }

    private static void assertSuccess(JenkinsRule r, String name) throws Throwable {
        WorkflowRun run = r.jenkins.getItemByFullName(name, WorkflowJob.class).getBuildByNumber(1);
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        String log = JenkinsRule.getLog(run);
        assertTrue(
                log.contains("[defender] Removed \"x\"") || log.contains("[defender] Jenkins will remove \"x\""), log);
    }
}
