package io.jenkins.plugins.defendertags.machine;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.model.Computer;
import hudson.model.FreeStyleBuild;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.slaves.DumbSlave;
import hudson.util.StreamTaskListener;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import io.jenkins.plugins.defendertags.testing.WithSharedJenkins;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the simulated mdatp is a shell script")
class AgentMachineTest {

    private static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";
    private static final String OTHER_ID = "f".repeat(40);

    @TempDir
    Path folder;

    @Test
    void everyAnswerOfASensor(JenkinsRule r) throws Exception {
        SimulatedMdatp.install(folder, ID);
        DumbSlave node = agent(r);
        Computer agent = node.toComputer();
        assertEquals(ID, idNow(agent));

        SimulatedMdatp.install(folder, OTHER_ID);
        assertEquals(OTHER_ID, idNow(agent), "re-imaged under the same name");

        SimulatedMdatp.installScript(folder, """
                case "$*" in
                  "health --output json") echo '{"edrMachineId":"%s","licensed":true}' ;;
                  *) echo "unknown field"; exit 64 ;;
                esac
                """.formatted(ID));
        assertEquals(ID, idNow(agent), "the second way to ask");

        SimulatedMdatp.installScript(folder, "echo 'ERROR: daemon is down' >&2; exit 1");
        assertProblem(agent, "mdatp health ended with 1: ERROR: daemon is down");

        SimulatedMdatp.installScript(folder, "yes junk | head -c 300000");
        assertProblem(agent, "mdatp health ended with 0: junk junk");

        SimulatedMdatp.installScript(folder, "cat; echo '\"" + ID + "\"'");
        assertEquals(ID, idNow(agent), "a program that reads its input does not hang");

        Files.setPosixFilePermissions(folder.resolve("mdatp"), PosixFilePermissions.fromString("rw-r--r--"));
        assertProblem(agent, "mdatp exists but could not be started: " + folder + "/mdatp: not executable");

        Files.writeString(folder.resolve("mdatp"), "#!/no/such/interpreter\n");
        Files.setPosixFilePermissions(folder.resolve("mdatp"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertProblem(agent, "mdatp exists but could not be started: ");

        Files.delete(folder.resolve("mdatp"));
        assertProblem(agent, "not installed");

        agent.disconnect(null).get();
        assertProblem(agent, "is offline");
        node.getNodeProperties().add(new DefenderMachineProperty("build-07.example.com"));
        assertEquals("build-07.example.com", idNow(agent), "what is set needs no answer");
        assertTrue(SensorReadingCache.get().isEmpty());
    }

    @Test
    void aBuildAsksAnAgentOnceForEachConnection(JenkinsRule r) throws Exception {
        Path calls = folder.resolve("calls");
        SimulatedMdatp.installScript(folder, "echo called >> '" + calls + "'; sleep 1; echo '\"" + ID + "\"'");
        Computer agent = agent(r).toComputer();
        FreeStyleBuild build = r.buildAndAssertSuccess(r.createFreeStyleProject());
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        TaskListener listener = new StreamTaskListener(log, StandardCharsets.UTF_8);

        List<CompletableFuture<AgentMachine>> branches = Stream.generate(() -> AgentMachine.of(build, agent, listener))
                .limit(10)
                .toList();
        for (CompletableFuture<AgentMachine> branch : branches) {
            assertEquals(ID, branch.get().machine().value());
        }
        assertEquals(ID, idOf(build, agent, listener));
        assertEquals(1, Files.readAllLines(calls).size());
        assertEquals(
                "[defender] The agent build-07 is the Defender machine 1e5b…cc07",
                log.toString(StandardCharsets.UTF_8).strip(),
                "said once");

        agent.disconnect(null).get();
        agent.connect(true).get();
        idOf(build, agent, listener);
        assertEquals(2, Files.readAllLines(calls).size(), "a new connection can be a new machine");

        FreeStyleBuild next = r.buildAndAssertSuccess(build.getProject());
        idOf(next, agent, listener);
        assertEquals(3, Files.readAllLines(calls).size(), "another build");

        SensorReadingCache.get().onFinalized(build);
        SensorReadingCache.get().onFinalized(next);
        assertTrue(SensorReadingCache.get().isEmpty(), "nothing is kept when builds are over");
    }

    @Test
    void aFailedReadingIsNotKept(JenkinsRule r) throws Exception {
        SimulatedMdatp.installScript(folder, "exit 1");
        Computer agent = agent(r).toComputer();
        FreeStyleBuild build = r.buildAndAssertSuccess(r.createFreeStyleProject());
        problem(AgentMachine.of(build, agent, TaskListener.NULL));
        SimulatedMdatp.install(folder, ID);
        AgentMachine own = AgentMachine.of(build, agent, TaskListener.NULL).get();
        assertEquals(ID, own.machine().value(), "Defender was started by the build itself");
        assertEquals(AgentMachine.Source.SENSOR, own.source());
    }

    @Test
    void agentThatDiesMeanwhile(JenkinsRule r) throws Exception {
        SimulatedMdatp.installScript(folder, "touch '" + folder.resolve("asked") + "'; sleep 30");
        Computer agent = agent(r).toComputer();
        CompletableFuture<Void> death = CompletableFuture.runAsync(() -> {
            await().until(() -> Files.exists(folder.resolve("asked")));
            agent.disconnect(null);
        });
        assertProblem(agent, "The agent build-07 could not be asked for its Defender machine ID");
        death.get();
    }

    @Test
    void builtInNodeIsAskedLikeAnyOther(JenkinsRule r) throws Exception {
        Computer builtIn = r.jenkins.toComputer();
        assertProblem(
                builtIn, "The agent " + builtIn.getDisplayName() + " could not report its Defender machine ID: mdatp");
        assertEquals(
                AgentHost.of(agent(r).toComputer()).get(), AgentHost.of(builtIn).get(), "both run on this host");
        r.jenkins.getNodeProperties().add(new DefenderMachineProperty(ID.toUpperCase()));
        AgentMachine own =
                AgentMachine.of(anyBuild(r), builtIn, TaskListener.NULL).get();
        assertEquals(ID, own.machine().value());
        assertEquals(AgentMachine.Source.PROPERTY, own.source());
    }

    @Test
    void hostOfAnAgent(JenkinsRule r) throws Exception {
        Computer agent = agent(r).toComputer();
        AgentHost host = AgentHost.of(agent).get();
        Set<String> loopback = Set.of("127.0.0.1", "0:0:0:0:0:0:0:1");
        assertTrue(host.addresses().stream().noneMatch(loopback::contains), host::toString);
        agent.disconnect(null).get();
        assertEquals(
                "The agent build-07 is offline and cannot report its host name. Name a machine, or try again.",
                problem(AgentHost.of(agent)));
    }

    @Test
    void withoutAgentAMachineMustBeNamed(JenkinsRule r) throws Exception {
        String problem = problem(AgentMachine.of(anyBuild(r), null, TaskListener.NULL));
        assertTrue(problem.contains("put the step into a node block"), problem);
    }

    private DumbSlave agent(JenkinsRule r) throws Exception {
        DumbSlave agent = r.createSlave("build-07", null, new EnvVars(SimulatedMdatp.environment(folder)));
        r.waitOnline(agent);
        return agent;
    }

    private static Run<?, ?> anyBuild(JenkinsRule r) throws Exception {
        return r.buildAndAssertSuccess(r.createFreeStyleProject());
    }

    private static String idOf(Run<?, ?> build, Computer agent, TaskListener listener) throws Exception {
        return AgentMachine.of(build, agent, listener).get().machine().value();
    }

    private static String idNow(Computer agent) throws Exception {
        return AgentMachine.now(agent).get().machine().value();
    }

    private static void assertProblem(Computer agent, String part) {
        String message = problem(AgentMachine.now(agent));
        assertTrue(message.contains(part), message);
    }

    private static String problem(CompletableFuture<?> failing) {
        Throwable cause = assertThrows(ExecutionException.class, failing::get).getCause();
        return assertInstanceOf(AbortException.class, cause).getMessage();
    }
}
