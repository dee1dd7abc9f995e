package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** One reading of an agent's sensor, and what has been done about it since. Thread-safe. */
final class SensorReading {

    static final String WHAT = "Defender machine ID";

    private final AgentQuestion question;
    private volatile MachineId known;
    private final AtomicBoolean announced = new AtomicBoolean();
    private final Set<AppRegistration.QueueKey> verifiedBy = ConcurrentHashMap.newKeySet();

    SensorReading(String agent, VirtualChannel channel) throws AbortException {
        question = new AgentQuestion(agent, channel, WHAT, new SensorProbe());
    }

    /** @throws AbortException if the agent told none, with a message that says why and what to do */
    MachineId id(Duration patience) throws AbortException, InterruptedException {
        MachineId id = SensorAnswer.parse(question.agent(), question.answer(patience));
        known = id;
        return id;
    }

    /** The same at once, or null if nobody has waited for it yet. */
    @CheckForNull
    MachineId known() {
        return known;
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
