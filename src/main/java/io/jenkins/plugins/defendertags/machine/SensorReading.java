package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** One reading of an agent's sensor, and what has been done about it since. Thread-safe. */
final class SensorReading {

    private static final String WHAT = "Defender machine ID";

    private final String agent;
    private final CompletableFuture<MachineId> id;
    private final AtomicBoolean announced = new AtomicBoolean();
    private final Set<AppRegistration.QueueKey> verifiedBy = ConcurrentHashMap.newKeySet();

    private SensorReading(String agent, CompletableFuture<String> answer) {
        this.agent = agent;
        id = answer.thenApply(this::parse);
    }

    /** Returns at once. */
    static SensorReading start(Computer computer) {
        return new SensorReading(computer.getDisplayName(), AgentCall.ask(computer, WHAT, new SensorProbe()));
    }

    private MachineId parse(@CheckForNull String answer) {
        try {
            return SensorOutputParser.parse(agent, answer);
        } catch (AbortException x) {
            throw new CompletionException(x);
        }
    }

    /** The agent's name in Jenkins. */
    String agent() {
        return agent;
    }

    /** An {@link AbortException} if the agent told none, with a message that says why and what to do. */
    CompletableFuture<MachineId> id() {
        return id;
    }

    /** The same at once, or null if it is not known yet or could not be read. */
    @CheckForNull
    MachineId known() {
        return id.isDone() && !id.isCompletedExceptionally() ? id.join() : null;
    }

    /** True for the first caller only. */
    boolean announce() {
        return announced.compareAndSet(false, true);
    }

    boolean isVerifiedBy(AppRegistration registration) {
        return verifiedBy.contains(registration.queueKey());
    }

    void verifiedBy(AppRegistration registration) {
        verifiedBy.add(registration.queueKey());
    }
}
