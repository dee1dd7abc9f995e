package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import java.time.Duration;

/**
 * Which of Defender's machines an agent is: what its {@link DefenderMachineProperty} says, or else what its sensor says.
 * The sensor belongs to the host of the agent's own process, also when the build works in a container on it. Immutable and
 * thread-safe.
 */
public final class AgentMachine {

    /** How it is known which machine an agent is. */
    public enum Source {
        /** Set in the agent's configuration. */
        PROPERTY,
        /** Said by the agent itself: a claim. */
        SENSOR
    }

    private final String agent;
    private final String machine;
    private final SensorReading reading;

    private AgentMachine(String agent, String machine, @CheckForNull SensorReading reading) {
        this.agent = agent;
        this.machine = machine;
        this.reading = reading;
    }

    /**
     * Asks an agent's sensor once for a build and connection, and says in the build's log whose sensor that was. A reading
     * that failed is not kept. Blocks for at most a minute.
     *
     * @param computer null if the build is on no agent at the moment
     * @throws AbortException if there is no agent, or if it cannot tell, with a message that says what to do
     */
    public static AgentMachine of(Run<?, ?> run, @CheckForNull Computer computer, TaskListener listener)
            throws AbortException, InterruptedException {
        Computer present = AgentQuestion.require(computer);
        AgentMachine set = ofProperty(present);
        if (set != null) {
            return set;
        }
        VirtualChannel channel = AgentQuestion.channel(present, SensorReading.WHAT);
        String agent = present.getDisplayName();
        SensorReading reading = SensorReadings.get().of(run, agent, channel);
        try {
            MachineId id = reading.id(AgentQuestion.PATIENCE);
            if (reading.announce()) {
                listener.getLogger()
                        .println("[defender] The agent " + agent + " is the Defender machine " + id.abbreviated());
            }
            return new AgentMachine(agent, id.value(), reading);
        } catch (AbortException x) {
            SensorReadings.get().forget(run, reading);
            throw x;
        }
    }

    /** What {@link #of} would tell, if that is known without asking: a machine ID or a name. Returns at once. */
    @CheckForNull
    public static String known(Run<?, ?> run, Computer computer) {
        AgentMachine set = ofProperty(computer);
        if (set != null) {
            return set.machine();
        }
        VirtualChannel channel = computer.getChannel();
        SensorReading reading = channel == null ? null : SensorReadings.get().existing(run, channel);
        MachineId id = reading == null ? null : reading.known();
        return id == null ? null : id.value();
    }

    /**
     * Asks for no build, and keeps nothing; whoever asks while another does gets the same answer, so that an agent runs its
     * sensor's program once at a time. Blocks for at most the given time.
     *
     * @throws AbortException if the agent cannot tell, with a message that says why
     */
    public static AgentMachine now(Computer computer, Duration patience) throws AbortException, InterruptedException {
        AgentMachine set = ofProperty(computer);
        if (set != null) {
            return set;
        }
        VirtualChannel channel = AgentQuestion.channel(computer, SensorReading.WHAT);
        String agent = computer.getDisplayName();
        SensorReading reading = SensorReadings.get().of(computer, agent, channel);
        try {
            return new AgentMachine(agent, reading.id(patience).value(), reading);
        } finally {
            SensorReadings.get().forget(computer, reading);
        }
    }

    @CheckForNull
    private static AgentMachine ofProperty(Computer computer) {
        String machine = DefenderMachineProperty.of(computer);
        return machine == null ? null : new AgentMachine(computer.getDisplayName(), machine, null);
    }

    /** The agent's name in Jenkins. */
    public String agent() {
        return agent;
    }

    /** A machine ID; or, if {@link Source#PROPERTY} is the source, whatever names a machine. */
    public String machine() {
        return machine;
    }

    public Source source() {
        return reading == null ? Source.PROPERTY : Source.SENSOR;
    }

    /** Whether an administrator vouches for it, or Defender has done so for this reading already. */
    public boolean isVerifiedBy(AppRegistration registration) {
        return reading == null || reading.isVerifiedBy(registration);
    }

    /** Notes that the app registration's Defender has been asked, so that it is asked once for a build and agent. */
    public void verifiedBy(AppRegistration registration) {
        if (reading != null) {
            reading.verifiedBy(registration);
        }
    }
}
