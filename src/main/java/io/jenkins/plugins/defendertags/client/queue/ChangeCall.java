package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.time.Duration;
import java.util.List;

/** One call for a batch of a {@link ChangeQueue}. */
final class ChangeCall extends BatchCall<QueuedChange> {

    private final ChangeQueue queue;
    private final DefenderClient client;
    private final boolean isBulk;

    ChangeCall(ChangeQueue queue, ChangeGroup group, List<QueuedChange> changes, DefenderClient client) {
        super(group, changes, queue);
        this.queue = queue;
        this.client = client;
        isBulk = changes.size() > 1;
    }

    private ChangeBatch batch() {
        return new ChangeBatch(items());
    }

    @Override
    void refuse(AppRegistration registration, List<QueuedChange> changes, Throwable failure) {
        if (items().isEmpty()) {
            ended(BatchOutcome.BulkResult.NONE);
        }
        queue.refuse(registration, changes, failure);
    }

    @Override
    public void send() throws DefenderException {
        items().forEach(QueuedChange::countCall);
        end(batch().send(client));
    }

    @Override
    public void retry(DefenderException failure, Duration delay, long answers) {
        end(batch().retried(failure, delay, answers));
    }

    @Override
    public void fail(Throwable failure) {
        end(batch().failed(failure));
    }

    private void end(BatchOutcome outcome) {
        if (end()) {
            ended(outcome.bulk());
        }
        queue.apply(outcome);
    }

    private void ended(BatchOutcome.BulkResult result) {
        if (isBulk) {
            // What is left of a bulk call, if a sign-in was refused, can be a single one.
            queue.bulkEnded(items().size() > 1 ? result : BatchOutcome.BulkResult.NONE);
        }
    }
}
