package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The read of one machine, wanted by one or more. Guarded by the lock of its {@link ReadQueue}. */
final class MachineRead implements BatchCall.Item {

    private final AppRegistration registration;
    final MachineId id;
    final List<CompletableFuture<Machine>> wantedBy = new ArrayList<>(1);
    RetryState retryState = RetryState.NONE;
    /** Whether it shares no call: only the machine's own URL tells whether it exists. */
    boolean alone;
    /** Whether a list did not contain the machine. */
    boolean missedOnce;

    MachineRead(AppRegistration registration, MachineId id) {
        this.registration = registration;
        this.id = id;
    }

    @Override
    public AppRegistration registration() {
        return registration;
    }

    @Override
    public RetryState retryState() {
        return retryState;
    }

    /** To be run without the lock. */
    Runnable completion(Machine machine) {
        List<CompletableFuture<Machine>> answers = List.copyOf(wantedBy);
        return () -> answers.forEach(answer -> answer.complete(machine));
    }

    /** To be run without the lock. */
    Runnable failure(Throwable failure) {
        List<CompletableFuture<Machine>> answers = List.copyOf(wantedBy);
        return () -> answers.forEach(answer -> answer.completeExceptionally(failure));
    }
}
