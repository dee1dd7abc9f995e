package io.jenkins.plugins.defendertags.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.Functions;
import hudson.model.Computer;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class AgentMachineTest {

    private static final String ID = "1e5bc9d7e413ddd7902c2932e418702b84d0cc07";

    @TempDir
    Path folder;

    @Test
    void agentsAreAskedAnewEachTime(JenkinsRule r) throws Exception {
        assumeFalse(Functions.isWindows(), "the simulated mdatp is a shell script");
        SimulatedMdatp.install(folder, ID);
        Computer agent = agent(r);
        assertEquals(ID, AgentMachine.idOf(agent).value());

        String other = "f".repeat(40);
        SimulatedMdatp.install(folder, other);
        assertEquals(other, AgentMachine.idOf(agent).value(), "re-imaged under the same name");

        SimulatedMdatp.installScript(folder, "echo 'ERROR: daemon is down' >&2; exit 1");
        assertProblem(agent, "mdatp health ended with 1: ERROR: daemon is down");

        SimulatedMdatp.installScript(folder, "yes junk | head -c 300000");
        assertProblem(agent, "mdatp health ended with 0: junk junk");

        SimulatedMdatp.installScript(folder, "cat; echo '\"" + ID + "\"'");
        assertEquals(ID, AgentMachine.idOf(agent).value(), "a program that reads its input does not hang");

        Files.setPosixFilePermissions(folder.resolve("mdatp"), PosixFilePermissions.fromString("rw-r--r--"));
        assertProblem(agent, "not installed");

        agent.disconnect(null).get();
        assertProblem(agent, "is offline");
    }

    @Test
    void withoutAgentAMachineMustBeNamed(JenkinsRule r) {
        assertProblem(null, "put the step into a node block");
    }

    private Computer agent(JenkinsRule r) throws Exception {
        DumbSlave agent = r.createSlave("build-07", null, new EnvVars("PATH", folder + ":" + System.getenv("PATH")));
        r.waitOnline(agent);
        return agent.toComputer();
    }

    private static void assertProblem(Computer agent, String part) {
        String message = assertThrows(AbortException.class, () -> AgentMachine.idOf(agent))
                .getMessage();
        assertTrue(message.contains(part), message);
    }
}
