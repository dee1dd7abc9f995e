package io.jenkins.plugins.defendertags.steps;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.console.LineTransformationOutputStream;
import hudson.model.Result;
import hudson.model.Saveable;
import hudson.model.listeners.SaveableListener;
import io.jenkins.plugins.defendertags.config.AgentVerificationMode;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.support.StatusLog;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.log.TaskListenerDecorator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * What can block runs on Jenkins' pool for that: not in Pipeline's own thread, which all branches of a build share, not in the
 * timer's, and not in those of a queue, which call Defender for everybody. For lease files see {@code SlowDiskTest}.
 */
@WithDefender
class BlockingWorkTest {

    private static final String POOL = "Computer.threadPoolForRemoting";
    private static final Predicate<String> PLUGIN = name ->
            name.startsWith("io.jenkins.plugins.defendertags.") && !name.startsWith(BlockingWorkTest.class.getName());
    private static final String INTERVAL = StatusLog.class.getName() + ".interval";

    /** What was done by which kind of thread, other than the pool's. */
    private static final Set<String> ELSEWHERE = new ConcurrentSkipListSet<>();

    private static final Set<String> DONE = new ConcurrentSkipListSet<>();

    private final JenkinsRule r;
    private final DefenderSimulator simulator;
    private final LogThreads logs = new LogThreads();
    private final SaveThreads saves = new SaveThreads();

    BlockingWorkTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    private static void note(String what) {
        DONE.add(what.replaceAll(":.*", ""));
        String thread = Thread.currentThread().getName();
        if (!thread.startsWith(POOL)) {
            ELSEWHERE.add(what + " by " + thread.replaceAll("[0-9]+", "…"));
        }
    }

    /** Lines that the plugin writes to the log of a build. */
    private static final class LogThreads implements TaskListenerDecorator.Factory {

        @Override
        public TaskListenerDecorator of(FlowExecutionOwner owner) {
            return new Lines();
        }

        private static final class Lines extends TaskListenerDecorator {

            private static final long serialVersionUID = 1;

            @Override
            public OutputStream decorate(OutputStream log) {
                return new LineTransformationOutputStream.Delegating(log) {
                    @Override
                    protected void eol(byte[] bytes, int length) throws IOException {
                        String line = new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
                        if (line.startsWith("[defender]")) {
                            note("log: " + line);
                        }
                        out.write(bytes, 0, length);
                    }
                };
            }
        }
    }

    /** What the plugin saves: builds, and fingerprints of credentials when they are looked up. Pipeline saves builds, too. */
    private static final class SaveThreads extends SaveableListener {

        @Override
        public void onChange(Saveable saved, XmlFile file) {
            if (Stream.of(new Throwable().getStackTrace())
                    .map(StackTraceElement::getClassName)
                    .anyMatch(PLUGIN)) {
                note("save " + saved.getClass().getSimpleName());
            }
        }
    }

    @BeforeEach
    void listen() {
        ExtensionList.lookup(TaskListenerDecorator.Factory.class).add(logs);
        ExtensionList.lookup(SaveableListener.class).add(saves);
        System.setProperty(INTERVAL, "100");
        ELSEWHERE.clear();
        DONE.clear();
    }

    @AfterEach
    void stopListening() {
        ExtensionList.lookup(TaskListenerDecorator.Factory.class).remove(logs);
        ExtensionList.lookup(SaveableListener.class).remove(saves);
        System.clearProperty(INTERVAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "defenderTag(action: 'Add', value: 'x', machine: 'build-07')",
                "defenderTag(action: 'Add', value: 'x', machine: 'build-07', keepFor: '1h')",
                "defenderTag(action: 'Remove', value: 'x', machines: ['build-07', '" + AGENT_ID + "'])",
                "defenderTag(action: 'Add', value: 'x', machines: ['build-07', 'nobody'], onError: 'CONTINUE')",
                "catchError { defenderTag(action: 'Add', value: 'x', machine: 'nobody') }",
                "catchError { defenderTag(action: 'Add', value: 'MDE-Management', machine: 'build-07') }",
                "defenderTag(action: 'Add', value: 'x', machine: 'build-07', dryRun: true)",
                "withDefenderTag(values: ['x', 'y'], machine: 'build-07') { echo 'inside' }",
                "echo defenderMachines(tag: 'linux').toString()",
                "catchError { defenderMachines(machine: 'nobody') }"
            })
    void runsInThePool(String step) throws Exception {
        WorkflowRun run = job(step).scheduleBuild2(0).get();
        r.assertLogContains("[defender] ", run);
        assertEquals(Set.of(), new TreeSet<>(ELSEWHERE), JenkinsRule.getLog(run));
        assertTrue(DONE.containsAll(Set.of("log", "save Fingerprint")), DONE::toString);
    }

    @Test
    void agentIsVerifiedInThePool(@TempDir Path folder) throws Exception {
        simulator.addMachine(AGENT_ID, "another.example.com", "linux");
        DefenderConfiguration.get().setVerifyAgents(AgentVerificationMode.WARN);
        SimulatedDefender.agent(r, folder);
        ELSEWHERE.clear(); // without what the test has saved
        WorkflowRun run = r.buildAndAssertSuccess(job("node('agent') { defenderTag(action: 'Add', value: 'x') }"));
        r.assertLogContains("[defender] Warning: ", run);
        assertEquals(Set.of(), new TreeSet<>(ELSEWHERE));
        assertTrue(DONE.containsAll(Set.of("log", "save WorkflowRun", "save Fingerprint")), DONE::toString);
    }

    @Test
    void waitsAndAbortsAreLoggedInThePool() throws Exception {
        WorkflowRun unknown = job("defenderTag(action: 'Add', value: 'x', machine: 'nobody', waitForMachine: 60)")
                .scheduleBuild2(0)
                .waitForStart();
        r.waitForMessage("[defender] Defender does not know nobody yet", unknown);
        abort(unknown);
        simulator.failApiCalls(Fault.empty(503));
        WorkflowRun outage = job("defenderTag(action: 'Add', value: 'x', machine: 'build-07')")
                .scheduleBuild2(0)
                .waitForStart();
        r.waitForMessage("[defender] Waiting for ", outage);
        abort(outage);
        WorkflowRun block = job("withDefenderTag(value: 'x', machine: 'build-07') { error 'not reached' }")
                .scheduleBuild2(0)
                .waitForStart();
        r.waitForMessage("[defender] Waiting for ", block);
        abort(block);
        assertEquals(Set.of(), new TreeSet<>(ELSEWHERE));
        await().until(() -> LeaseService.get().all().isEmpty());
    }

    private void abort(WorkflowRun run) throws Exception {
        run.doStop();
        r.assertBuildStatus(Result.ABORTED, r.waitForCompletion(run));
        r.assertLogContains("Given up", run);
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
