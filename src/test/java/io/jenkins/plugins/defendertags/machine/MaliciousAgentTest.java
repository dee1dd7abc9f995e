package io.jenkins.plugins.defendertags.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.model.Computer;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import jenkins.security.MasterToSlaveCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** An agent under somebody else's control answers whatever it likes, as long as it likes. */
@WithSharedJenkins
@Timeout(120)
class MaliciousAgentTest {

    @TempDir
    Path folder;

    @Test
    void hundredMegabytesAreNoAnswer(JenkinsRule r) throws Exception {
        Computer agent = agent(r);
        assertEquals(
                "The agent build-07 was asked for its test and answered with 104857600 characters, which is no answer."
                        + " Check the agent, or name a machine.",
                problem(ask(agent, new Flood())));
        assertNull(ask(agent, new Nothing()).get());
        assertThrows(AbortException.class, () -> SensorOutputParser.parse("build-07", null));
    }

    @Test
    void silenceForEverEndsWithTheTimeLimit(JenkinsRule r) throws Exception {
        String message = problem(AgentCall.ask(agent(r), "test", new Silence(), Duration.ofSeconds(2)));
        assertTrue(message.startsWith("The agent build-07 did not report its test within 2 s."), message);
    }

    @Test
    void whatIsThrownAtTheControllerIsOneShortLine(JenkinsRule r) throws Exception {
        String message = problem(ask(agent(r), new Complaint()));
        assertTrue(message.length() < 500, "length " + message.length());
        assertTrue(message.codePoints().noneMatch(c -> Character.isISOControl(c) || c == 0x202E), message);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the simulated mdatp is a shell script")
    void sensorThatPrintsForEverIsCutShort(JenkinsRule r) throws Exception {
        SimulatedMdatp.installScript(folder, "head -c 104857600 /dev/zero | tr '\\0' '\\n'");
        String message = problem(AgentMachine.now(agent(r)));
        assertTrue(message.contains("not onboarded to Defender, or not yet. mdatp health ended with 0."), message);
    }

    /** As long as the longest answer that is looked at at all, and of what slows patterns down. */
    @Test
    @Timeout(10)
    void noAnswerTakesLongToRead() {
        int length = AgentCall.LONGEST_ANSWER - 10;
        for (String part : List.of(
                "\n",
                " ",
                "\r\n",
                "\" ",
                "0",
                "0123456789 ",
                "senseId ",
                "\"edrMachineId\" ",
                "\"edrMachineId\":{",
                "\"value\" : ",
                "edr_machine_id : ",
                "licensed ",
                "\u2028")) {
            String junk = part.repeat(length / part.length());
            for (String head : List.of("mdatp 0\n", "mdatp 1\n", "reg 0\n", "reg 1\n", "mdatp ", "")) {
                assertThrows(AbortException.class, () -> SensorOutputParser.parse("build-07", head + junk));
            }
            for (String head : List.of("name ", "address ", "address 10.0.0.", "address :", "")) {
                AgentHost host = AgentHost.parse(head + junk);
                assertNull(host.name());
                assertTrue(host.addresses().isEmpty(), host::toString);
            }
        }
    }

    private Computer agent(JenkinsRule r) throws Exception {
        DumbSlave agent = r.createSlave("build-07", null, new EnvVars(SimulatedMdatp.environment(folder)));
        r.waitOnline(agent);
        return agent.toComputer();
    }

    private static CompletableFuture<String> ask(Computer agent, MasterToSlaveCallable<String, IOException> question) {
        return AgentCall.ask(agent, "test", question);
    }

    private static String problem(CompletableFuture<?> failing) {
        Throwable cause = assertThrows(ExecutionException.class, failing::get).getCause();
        return assertInstanceOf(AbortException.class, cause).getMessage();
    }

    private static final class Flood extends MasterToSlaveCallable<String, IOException> {
        private static final long serialVersionUID = 1;

        @Override
        public String call() {
            return "\n".repeat(100 << 20);
        }
    }

    private static final class Nothing extends MasterToSlaveCallable<String, IOException> {
        private static final long serialVersionUID = 1;

        @Override
        public String call() {
            return null;
        }
    }

    private static final class Silence extends MasterToSlaveCallable<String, IOException> {
        private static final long serialVersionUID = 1;

        @Override
        public String call() throws IOException {
            try {
                TimeUnit.DAYS.sleep(1);
                return "";
            } catch (InterruptedException x) {
                throw new IOException(x);
            }
        }
    }

    private static final class Complaint extends MasterToSlaveCallable<String, IOException> {
        private static final long serialVersionUID = 1;

        @Override
        public String call() throws IOException {
            throw new IOException("\u202E\u001B[31mERROR\n" + "<script>".repeat(100_000));
        }
    }
}
