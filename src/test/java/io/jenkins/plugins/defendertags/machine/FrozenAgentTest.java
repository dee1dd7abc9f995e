package io.jenkins.plugins.defendertags.machine;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Computer;
import hudson.remoting.VirtualChannel;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jenkins.security.MasterToSlaveCallable;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** The agent's process is stopped, and its connection is full: whoever sends it something waits. */
@WithDefender
@Timeout(180)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no signal that freezes a process")
class FrozenAgentTest {

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;
    private Computer agent;
    private long pid;
    private Thread sender;

    FrozenAgentTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void connect() throws Exception {
        DumbSlave node = SimulatedDefender.agent(r, folder);
        node.setNumExecutors(2);
        agent = node.toComputer();
        pid = agent.getChannel().call(new ProcessId());
    }

    @AfterEach
    void thaw() throws Exception {
        signal("CONT");
        if (sender != null) {
            sender.join(TimeUnit.SECONDS.toMillis(60));
        }
    }

    @Test
    void otherBranchesGoOn() throws Exception {
        Path frozen = folder.resolve("frozen");
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                def untilFrozen() {
                  echo 'waiting'
                  waitUntil(initialRecurrencePeriod: 100, quiet: true) { new File('%s').exists() }
                }
                parallel one: {
                  node('agent') { untilFrozen(); defenderTag action: 'Add', value: 'one' }
                }, two: {
                  node('agent') { untilFrozen(); sleep 1; defenderTag action: 'Add', value: 'two' }
                }, free: {
                  untilFrozen(); sleep 2
                  echo 'nobody keeps me'
                }
                """.formatted(frozen), false));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        r.waitForMessage("waiting", run); // before that, there may be no log
        await().until(() -> run.getLog(1000).stream()
                        .filter(line -> line.contains("waiting"))
                        .count()
                == 3);
        freeze();
        Files.createFile(frozen);
        r.waitForMessage("nobody keeps me", run);
        signal("CONT");
        r.assertBuildStatusSuccess(r.waitForCompletion(run));
        assertTrue(simulator.tagsOf(AGENT_ID).containsAll(List.of("one", "two")));
    }

    @Test
    void manyQuestionsHoldOneThread() throws Exception {
        freeze();
        List<CompletableFuture<AgentMachine>> questions =
                Stream.generate(() -> AgentMachine.now(agent)).limit(100).toList();
        await().until(() -> sending() == 1);
        CompletableFuture<String> impatient =
                AgentCall.ask(agent, "patience", new ProcessName(), Duration.ofMillis(100));
        await().until(impatient::isCompletedExceptionally);
        assertTrue(AgentCall.ask(agent, "patience", new ProcessName()).isCompletedExceptionally(), "at once");
        assertEquals(2, sending(), "one for each kind of question");
        signal("CONT");
        for (CompletableFuture<AgentMachine> question : questions) {
            assertEquals(AGENT_ID, question.get().machine().value());
        }
        await().until(() -> sending() == 0);
    }

    /** Threads that are sending a question. */
    private static long sending() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> Stream.of(stack)
                        .anyMatch(frame -> frame.getClassName().equals(AgentCall.class.getName())
                                && frame.getMethodName().contains("start")))
                .count();
    }

    /** More than what pipes hold, so that the connection's lock is held until the agent goes on. */
    private void freeze() throws Exception {
        VirtualChannel channel = agent.getChannel();
        signal("STOP");
        sender = new Thread(() -> {
            try {
                channel.callAsync(new Heap(new byte[16 << 20]));
            } catch (IOException x) {
                throw new AssertionError(x);
            }
        });
        sender.start();
        await().until(() -> Stream.of(sender.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(FileOutputStream.class.getName())));
    }

    private void signal(String name) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor());
    }

    private static final class ProcessId extends MasterToSlaveCallable<Long, IOException> {
        private static final long serialVersionUID = 1;

        @Override
        public Long call() {
            return ProcessHandle.current().pid();
        }
    }

    private static final class ProcessName extends MasterToSlaveCallable<String, IOException> {
        private static final long serialVersionUID = 1;

        @Override
        public String call() {
            return "agent";
        }
    }

    private static final class Heap extends MasterToSlaveCallable<Integer, IOException> {
        private static final long serialVersionUID = 1;
        private final byte[] bytes;

        Heap(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public Integer call() {
            return bytes.length;
        }
    }
}
