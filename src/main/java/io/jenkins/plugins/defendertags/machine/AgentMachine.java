package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.remoting.Future;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.client.OneLine;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Asks an agent which of Defender's machines it is. The sensor belongs to the host of the agent's own process, also when
 * the build works in a container on it.
 */
public final class AgentMachine {

    private static final Logger LOGGER = Logger.getLogger(AgentMachine.class.getName());

    /** In seconds; longer than the probe gives its program, so that a slow program is told from a silent agent. */
    private static final int TIMEOUT = 60;

    private AgentMachine() {}

    /**
     * Asks anew each time: a cloned or re-imaged agent keeps its name and changes its ID. Blocks for at most a minute.
     *
     * @param computer null if the build is on no agent at the moment
     * @throws AbortException if there is no agent, or if it cannot tell, with a message that says what to do
     */
    @NonNull
    public static MachineId idOf(@CheckForNull Computer computer) throws IOException, InterruptedException {
        if (computer == null) {
            throw new AbortException("No machine is named and the step runs on no agent."
                    + " Name one with machine: '…', or put the step into a node block.");
        }
        String agent = computer.getDisplayName();
        VirtualChannel channel = computer.getChannel();
        if (channel == null) {
            throw new AbortException("The agent " + agent
                    + " is offline and cannot tell its Defender machine ID. Name a machine, or try again.");
        }
        Future<String> answer = channel.callAsync(new SensorProbe());
        try {
            return SensorAnswer.parse(agent, answer.get(TIMEOUT, TimeUnit.SECONDS));
        } catch (TimeoutException x) {
            answer.cancel(true);
            throw new AbortException("The agent " + agent + " did not tell its Defender machine ID within " + TIMEOUT
                    + " s. Check the agent, or name a machine.");
        } catch (ExecutionException x) {
            LOGGER.log(Level.FINE, x, () -> "No machine ID from " + agent);
            throw new AbortException("The agent " + agent + " could not be asked for its Defender machine ID: "
                    + OneLine.of(x.getMessage(), 300) + " Check the agent, or name a machine.");
        }
    }
}
