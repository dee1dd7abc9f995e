package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import java.util.concurrent.CompletableFuture;

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
    private final MachineName machine;
    private final SensorReading reading;

    private AgentMachine(String agent, MachineName machine, @CheckForNull SensorReading reading) {
        this.agent = agent;
        this.machine = machine;
        this.reading = reading;
    }

    /**
     * Asks an agent's sensor once for a build and connection, and logs in the build whose sensor that was. A reading that
     * failed is not kept. Returns at once.
     *
     * @param computer null if the build is on no agent at the moment
     * @return an {@link AbortException} if there is no agent, or if it cannot tell within a minute, with a message that says
     *     what to do
     */
    public static CompletableFuture<AgentMachine> of(
            Run<?, ?> run, @CheckForNull Computer computer, TaskListener listener) {
        try {
            Computer present = AgentCall.require(computer);
            AgentMachine set = ofProperty(present);
            if (set != null) {
                return CompletableFuture.completedFuture(set);
            }
            SensorReading reading = SensorReadingCache.get().of(run, present);
            return reading.id().thenApply(id -> {
                if (reading.announce()) {
                    listener.getLogger()
                            .println("[defender] The agent " + reading.agent() + " is the Defender machine "
                                    + id.abbreviated());
                }
                return read(reading, id);
            });
        } catch (AbortException x) {
            return CompletableFuture.failedFuture(x);
        }
    }

    /** What {@link #of} would return, if that is known without asking: a machine ID or a name. Returns at once. */
    @CheckForNull
    public static MachineName known(Run<?, ?> run, Computer computer) throws AbortException {
        AgentMachine set = ofProperty(computer);
        if (set != null) {
            return set.machine;
        }
        VirtualChannel channel = computer.getChannel();
        SensorReading reading =
                channel == null ? null : SensorReadingCache.get().existing(run, channel);
        MachineId id = reading == null ? null : reading.known();
        return id == null ? null : new MachineName(id.value());
    }

    /**
     * Asks for no build, and keeps nothing. Returns at once.
     *
     * @return an {@link AbortException} if the agent cannot tell within a minute, with a message that says why
     */
    public static CompletableFuture<AgentMachine> now(Computer computer) {
        try {
            AgentMachine set = ofProperty(computer);
            if (set != null) {
                return CompletableFuture.completedFuture(set);
            }
            SensorReading reading = SensorReading.start(computer);
            return reading.id().thenApply(id -> read(reading, id));
        } catch (AbortException x) {
            return CompletableFuture.failedFuture(x);
        }
    }

    private static AgentMachine read(SensorReading reading, MachineId id) {
        return new AgentMachine(reading.agent(), new MachineName(id.value()), reading);
    }

    /** @throws AbortException if what is set cannot name a machine: a file can hold what the form refuses */
    @CheckForNull
    private static AgentMachine ofProperty(Computer computer) throws AbortException {
        String machine = DefenderMachineProperty.of(computer);
        if (machine == null) {
            return null;
        }
        try {
            return new AgentMachine(computer.getDisplayName(), new MachineName(machine), null);
        } catch (IllegalArgumentException x) {
            throw new AbortException("The Defender machine in the configuration of the agent "
                    + computer.getDisplayName() + " cannot be used: " + x.getMessage());
        }
    }

    /** The agent's name in Jenkins. */
    public String agent() {
        return agent;
    }

    /** A machine ID; or, if {@link Source#PROPERTY} is the source, whatever names a machine. */
    public MachineName machine() {
        return machine;
    }

    public Source source() {
        return reading == null ? Source.PROPERTY : Source.SENSOR;
    }

    /** Whether an administrator vouches for it, or Defender has done so for this reading already. */
    boolean isVerifiedBy(AppRegistration registration) {
        return reading == null || reading.isVerifiedBy(registration);
    }

    /** Notes that the app registration's Defender has been asked, so that it is asked once for a build and agent. */
    void verifiedBy(AppRegistration registration) {
        if (reading != null) {
            reading.verifiedBy(registration);
        }
    }
}
