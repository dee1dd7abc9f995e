package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.TagQueue;
import io.jenkins.plugins.defendertags.client.resolve.MachineResolver;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.BuildLog;
import java.util.concurrent.CompletableFuture;

/**
 * What every stage of an operation needs, known from its start.
 *
 * @param computer where the build runs at the moment; null outside of any agent
 */
record OperationContext(
        Run<?, ?> run,
        @CheckForNull Computer computer,
        TaskListener listener,
        EntraAppRegistration credential,
        AppRegistration registration,
        OperationDeadline deadline) {

    /**
     * Looks up the credential, which can block.
     *
     * @param credentialsId null for the default credential
     * @param deadline that all reads and changes of the operation share
     * @throws AbortException if there is none, with a message that says what to do
     */
    static OperationContext of(
            Run<?, ?> run,
            @CheckForNull Computer computer,
            TaskListener listener,
            @CheckForNull String credentialsId,
            OperationDeadline deadline)
            throws AbortException {
        EntraAppRegistration credential = AppRegistrations.find(run, credentialsId);
        return new OperationContext(run, computer, listener, credential, credential.toAppRegistration(), deadline);
    }

    /** Full name of the build's job. */
    String job() {
        return run.getParent().getFullName();
    }

    TagQueue queue() {
        return DefenderService.get().queue(registration);
    }

    MachineResolver resolver() {
        return DefenderService.get().resolver(registration);
    }

    /** Reads a machine, by the deadline of the operation. */
    CompletableFuture<Machine> getMachine(MachineId id) {
        return limit(queue().getMachine(registration, id));
    }

    /** Has an answer fail at the deadline of the operation, and what follows run on a thread that may block. */
    <T> CompletableFuture<T> await(CompletableFuture<T> answer) {
        CompletableFuture<T> limited = limit(answer);
        return limited.isDone()
                ? limited
                : limited.whenCompleteAsync((value, failure) -> {}, Computer.threadPoolForRemoting);
    }

    private <T> CompletableFuture<T> limit(CompletableFuture<T> answer) {
        return deadline.limit(answer, () -> queue().deadlineExceeded(deadline.time()));
    }

    /** Has a change fail at the deadline of the operation; returns the same change. */
    PendingChange limit(PendingChange change) {
        deadline.limit(change.result(), () -> change.deadlineExceeded(deadline.time()));
        return change;
    }

    void log(String line) {
        BuildLog.write(listener, line);
    }
}
