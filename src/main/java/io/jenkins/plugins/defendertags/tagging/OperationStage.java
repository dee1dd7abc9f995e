package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.queue.WaitStatus;
import io.jenkins.plugins.defendertags.support.Progress;
import io.jenkins.plugins.defendertags.support.StatusLog;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an operation is doing at the moment, for status, log and abort. Each part is null until its stage has begun.
 *
 * @param description for people
 */
record OperationStage(
        String description,
        @CheckForNull OperationContext context,
        @CheckForNull SubmittedChanges changes,
        @CheckForNull ResultReporter reporter) {

    static OperationStage of(String description) {
        return new OperationStage(description, null, null, null);
    }

    static OperationStage of(String description, OperationContext context) {
        return new OperationStage(description, context, null, null);
    }

    Progress progress() {
        return changes == null ? new Progress(0, 0) : changes.progress();
    }

    /** What it waits for, or null if it waits for nothing but answers. */
    @CheckForNull
    WaitStatus waiting() {
        if (changes != null) {
            return changes.waiting();
        }
        return context == null ? null : context.queue().waitStatus();
    }

    /** @param waitForMachine what it waits for instead, or "" */
    String describe(String waitForMachine) {
        Progress progress = progress();
        WaitStatus waiting = waiting();
        return Stream.of(
                        waitForMachine.isEmpty() ? description : waitForMachine,
                        progress.all() < 2 ? "" : progress.toString(),
                        waiting == null ? "" : "waiting for " + StatusLog.describe(waiting))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
    }
}
