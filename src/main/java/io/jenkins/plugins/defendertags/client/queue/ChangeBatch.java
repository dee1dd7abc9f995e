package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.queue.BatchOutcome.BulkResult;
import io.jenkins.plugins.defendertags.client.queue.BatchOutcome.Result;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Changes that are sent in one call. All have the same action and tag. */
record ChangeBatch(List<QueuedChange> changes) {

    /** If a bulk answer leaves out no more machines than this, they are changed one by one. */
    static final int SENT_ALONE = 20;

    AppRegistration registration() {
        return first().registration();
    }

    private QueuedChange first() {
        return changes.get(0);
    }

    boolean isBulk() {
        return changes.size() > 1;
    }

    /** Makes the call and blocks for as long as it takes. */
    BatchOutcome send(DefenderClient client) throws DefenderException {
        if (isBulk()) {
            return sendInBulk(client);
        }
        Machine machine = client.addOrRemoveTag(registration(), first().change);
        return BatchOutcome.all(
                changes,
                machine.isAfter(first().change) ? new BatchOutcome.Made(machine) : new BatchOutcome.Unchanged());
    }

    private BatchOutcome sendInBulk(DefenderClient client) throws DefenderException {
        Map<MachineId, Machine> answer = client.addOrRemoveTag(
                registration(),
                first().change.action(),
                first().change.tag(),
                changes.stream().map(queued -> queued.change.machine()).toList());
        Map<QueuedChange, Result> results = new LinkedHashMap<>();
        long leftOut = changes.stream()
                .filter(queued -> !answer.containsKey(queued.change.machine()))
                .count();
        for (QueuedChange queued : changes) {
            Machine machine = answer.get(queued.change.machine());
            if (machine == null) {
                results.put(queued, leftOut > SENT_ALONE ? new BatchOutcome.Check(null) : new BatchOutcome.Resend(1));
            } else if (machine.isAfter(queued.change)) {
                results.put(queued, new BatchOutcome.Made(machine));
            } else {
                results.put(queued, new BatchOutcome.Unchanged());
            }
        }
        return new BatchOutcome(results, answer.isEmpty() ? BulkResult.FAILED : BulkResult.WORKED);
    }

    /** The outcome if this failure is worth a retry. */
    BatchOutcome retried(DefenderException failure, Duration delay, long answers) {
        BulkResult bulk = RetryPolicy.isOutage(failure)
                ? BulkResult.INTERRUPTED
                : failure.kind() == Kind.NOT_UNDERSTOOD ? BulkResult.FAILED : BulkResult.NONE;
        // A bulk call that only pauses is sent again as soon as bulk calls are.
        return BatchOutcome.all(
                changes,
                new BatchOutcome.Retry(
                        failure, isBulk() && bulk == BulkResult.INTERRUPTED ? Duration.ZERO : delay, answers),
                bulk);
    }

    /** The outcome if this failure is not worth a retry of the same call. */
    BatchOutcome failed(Throwable failure) {
        Kind kind = failure instanceof DefenderException known ? known.kind() : null;
        if (!isBulk() && kind == Kind.REFUSED) {
            return BatchOutcome.all(changes, new BatchOutcome.Check(failure));
        }
        if (!isBulk()
                || kind == null
                || kind == Kind.SIGN_IN
                || kind == Kind.UNAUTHORIZED
                || kind == Kind.UNREACHABLE) {
            return BatchOutcome.all(changes, new BatchOutcome.Failed(failure));
        }
        return BatchOutcome.all(
                changes,
                new BatchOutcome.Resend(changes.size() / 2),
                kind == Kind.FORBIDDEN || kind == Kind.NOT_UNDERSTOOD ? BulkResult.REFUSED : BulkResult.FAILED);
    }

    /**
     * The result for a change after its machine was read.
     *
     * @param refusal of the change, or null if Defender left its machine out
     * @param machine null if it could not be read
     */
    static Result checked(
            QueuedChange queued,
            @CheckForNull Throwable refusal,
            @CheckForNull Machine machine,
            @CheckForNull Throwable failure) {
        if (machine != null && machine.isAfter(queued.change)) {
            if (refusal != null) {
                queued.wasNeedless();
            }
            return new BatchOutcome.Made(machine);
        }
        if (refusal != null) {
            return new BatchOutcome.Failed(refusal);
        }
        return failure != null && DefenderException.isUnknownMachine(failure)
                ? new BatchOutcome.Failed(DefenderException.unwrap(failure))
                : new BatchOutcome.Resend(1);
    }
}
