package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one call did to the changes of its batch, for the queue to apply.
 *
 * @param results one for each change of the batch
 * @param bulk what the call says about the bulk call
 */
record BatchOutcome(Map<QueuedChange, Result> results, BulkResult bulk) {

    enum BulkResult {
        /** The bulk call was not used, or nothing is known about it. */
        NONE,
        WORKED,
        /** It failed for a reason that may be one machine's or the moment's. */
        FAILED,
        /** It does not work in this tenant. */
        REFUSED,
        /** It failed as in an outage. */
        INTERRUPTED
    }

    /** What becomes of one change. */
    sealed interface Result permits Made, Unchanged, Failed, Retry, Resend, Check {}

    /** The change was made. */
    record Made(Machine machine) implements Result {}

    /** Defender answered 200, but the machine it returned is not as wanted: once more after a pause, then an error. */
    record Unchanged() implements Result {}

    /** The change ends with an error. */
    record Failed(Throwable failure) implements Result {}

    /**
     * The attempt failed; the change is sent again after a delay.
     *
     * @param answers how many calls the scheduler has answers for
     */
    record Retry(DefenderException failure, Duration delay, long answers) implements Result {}

    /** The change is sent again at once, in a batch of at most this size. */
    record Resend(int bulkLimit) implements Result {}

    /**
     * It is not known whether the tag is as wanted: a read decides.
     *
     * @param refusal fails the change if the tag is not as wanted; null if the change is then sent alone
     */
    record Check(@CheckForNull Throwable refusal) implements Result {}

    static BatchOutcome all(Collection<QueuedChange> changes, Result result, BulkResult bulk) {
        Map<QueuedChange, Result> results = new LinkedHashMap<>();
        changes.forEach(change -> results.put(change, result));
        return new BatchOutcome(results, bulk);
    }

    static BatchOutcome all(Collection<QueuedChange> changes, Result result) {
        return all(changes, result, BulkResult.NONE);
    }
}
