package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.BatchOutcome.Result;
import io.jenkins.plugins.defendertags.client.queue.QueuedChange.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The pending changes of a {@link TagQueue}: keeps the order of changes to one machine, and merges changes of the same action
 * and tag into batches. Thread-safe; completes nobody's future while it holds its lock.
 */
final class ChangeQueue {

    private final DefenderClient client;
    private final CallScheduler calls;
    private final MachineReads reads;
    /** The last change to each machine; the others come before it. */
    private final Map<MachineId, QueuedChange> last = new HashMap<>();

    private final Map<ChangeGroup.Key, ChangeGroup> groups = new HashMap<>();
    private final BulkCircuitBreaker bulk = new BulkCircuitBreaker();

    /** Reads a machine to find out whether a refused change was needless. */
    @FunctionalInterface
    interface MachineReads {
        CompletableFuture<Machine> getMachine(AppRegistration registration, MachineId id);
    }

    ChangeQueue(DefenderClient client, CallScheduler calls, MachineReads reads) {
        this.client = client;
        this.calls = calls;
        this.reads = reads;
    }

    /** Queues a change; nothing is sent before the scheduler is started next. */
    synchronized void enqueue(PendingChange pending, AppRegistration registration, TagChange change) {
        QueuedChange tail = last.get(change.machine());
        if (tail != null && tail.canBeJoined(registration, change)) {
            tail.join(pending);
            return;
        }
        QueuedChange queued = new QueuedChange(registration, change);
        queued.join(pending);
        last.put(change.machine(), queued);
        if (tail == null) {
            makeReady(queued);
        } else {
            tail.next = queued;
        }
    }

    /** Removes a pending change that has ended, however it did. */
    synchronized void leave(PendingChange pending) {
        QueuedChange queued = pending.queued();
        queued.leave(pending);
        if (!queued.isWanted() && (queued.state == State.READY || queued.state == State.PAUSING)) {
            if (queued.state == State.READY) {
                group(queued).ready.remove(queued);
            }
            finish(queued); // one that is BEHIND is passed over when its turn comes
        }
    }

    /** Whether no change waits or is under way. */
    synchronized boolean isEmpty() {
        return last.isEmpty() && groups.isEmpty();
    }

    synchronized DefenderException lastFailure(PendingChange pending) {
        return pending.queued().retryState.last();
    }

    synchronized WaitStatus waitStatus(PendingChange pending) {
        WaitStatus blocked = calls.waitStatus();
        QueuedChange queued = pending.queued();
        DefenderException failure = queued.retryState.last();
        return switch (queued.state) {
            case SENDING, ENDED -> new WaitStatus(WaitStatus.Reason.ANSWER, "Defender's answer", null);
            case BEHIND ->
                new WaitStatus(
                        WaitStatus.Reason.TURN,
                        "other changes to the same machine"
                                + (blocked == null ? "" : ", which wait for " + blocked.what()),
                        null);
            case PAUSING ->
                new WaitStatus(
                        WaitStatus.Reason.RETRY,
                        "another try" + (failure == null ? "" : " after: " + failure.getMessage()),
                        null);
            case READY -> blocked == null ? new WaitStatus(WaitStatus.Reason.TURN, "its turn", null) : blocked;
        };
    }

    private void makeReady(QueuedChange queued) {
        queued.state = State.READY;
        ChangeGroup group = group(queued);
        group.ready.add(queued);
        if (!group.queued) {
            group.queued = true;
            calls.enqueue(() -> take(group));
        }
    }

    private ChangeGroup group(QueuedChange queued) {
        return groups.computeIfAbsent(ChangeGroup.Key.of(queued), ChangeGroup::new);
    }

    /** Ends a change, so that the machine's next one may go. */
    private void finish(QueuedChange queued) {
        QueuedChange ended = queued;
        ended.state = State.ENDED;
        while (ended.next != null && !ended.next.isWanted()) {
            ended = ended.next;
            ended.state = State.ENDED;
        }
        if (ended.next == null) {
            last.remove(ended.change.machine());
        } else {
            makeReady(ended.next);
        }
    }

    /** Takes as many changes of a group as one call may hold, at the moment at which the call can be made. */
    private synchronized QueuedCall take(ChangeGroup group) {
        List<QueuedChange> taken = new ArrayList<>();
        int limit = bulk.limit(calls.timer().nanoTime());
        for (Iterator<QueuedChange> ready = group.ready.iterator(); ready.hasNext(); ) {
            QueuedChange queued = ready.next();
            limit = Math.min(limit, queued.bulkLimit);
            if (taken.size() >= limit) {
                break;
            }
            ready.remove();
            queued.state = State.SENDING;
            taken.add(queued);
        }
        if (group.ready.isEmpty()) {
            group.queued = false;
            groups.remove(group.key);
        } else {
            calls.enqueue(() -> take(group));
        }
        return taken.isEmpty() ? null : new BatchCall(new ChangeBatch(taken));
    }

    /** One call for a batch. */
    private final class BatchCall implements QueuedCall {

        private final ChangeBatch batch;

        BatchCall(ChangeBatch batch) {
            this.batch = batch;
        }

        @Override
        public AppRegistration registration() {
            return batch.registration();
        }

        @Override
        public RetryState retryState() {
            synchronized (ChangeQueue.this) {
                return batch.changes().stream()
                        .map(queued -> queued.retryState)
                        .reduce(RetryState.NONE, RetryState::worse);
            }
        }

        @Override
        public void send() throws DefenderException {
            batch.changes().forEach(QueuedChange::countCall);
            apply(batch.send(client));
        }

        @Override
        public void retry(Duration delay, DefenderException failure) {
            apply(batch.retried(failure, delay));
        }

        @Override
        public void fail(Throwable failure) {
            apply(batch.failed(failure));
        }
    }

    private void apply(BatchOutcome outcome) {
        List<Runnable> notifications = new ArrayList<>();
        synchronized (this) {
            bulk.record(outcome.bulk(), calls.timer().nanoTime());
            outcome.results().forEach((queued, result) -> apply(queued, result, notifications));
        }
        notifications.forEach(Runnable::run);
    }

    private void apply(QueuedChange queued, Result result, List<Runnable> notifications) {
        if (result instanceof BatchOutcome.Made made) {
            finish(queued);
            queued.wantedBy().forEach(pending -> notifications.add(() -> pending.complete(made.machine())));
        } else if (result instanceof BatchOutcome.Failed failed) {
            fail(queued, failed.failure(), notifications);
        } else if (result instanceof BatchOutcome.Retry retry) {
            queued.retryState = queued.retryState.after(retry.failure());
            requeue(queued, retry.delay());
        } else if (result instanceof BatchOutcome.Resend resend) {
            queued.bulkLimit = resend.bulkLimit();
            queued.retryState = RetryState.NONE;
            requeue(queued, Duration.ZERO);
        } else if (result instanceof BatchOutcome.Check check) {
            notifications.add(() -> failUnlessAsWanted(queued, check.refusal()));
        }
    }

    private void fail(QueuedChange queued, Throwable failure, List<Runnable> notifications) {
        finish(queued);
        queued.wantedBy().forEach(pending -> notifications.add(() -> pending.fail(failure)));
        if (failure instanceof DefenderException refused && refused.kind() == Kind.SIGN_IN) {
            // Every change that waits for the same sign-in would be refused as well.
            List<QueuedChange> waiting = groups.values().stream()
                    .filter(group -> group.key.registration().equals(queued.registration))
                    .flatMap(group -> group.ready.stream())
                    .toList();
            for (QueuedChange other : waiting) {
                group(other).ready.remove(other);
                finish(other);
                other.wantedBy().forEach(pending -> notifications.add(() -> pending.fail(failure)));
            }
        }
    }

    private void requeue(QueuedChange queued, Duration delay) {
        queued.state = State.PAUSING;
        if (delay.isZero()) {
            resume(queued);
        } else {
            calls.timer()
                    .schedule(
                            () -> {
                                synchronized (this) {
                                    resume(queued);
                                }
                                calls.start();
                            },
                            delay);
        }
    }

    private void resume(QueuedChange queued) {
        if (queued.state != State.PAUSING) {
            return; // it has ended in the meantime
        }
        if (queued.isWanted()) {
            makeReady(queued);
        } else {
            finish(queued);
        }
    }

    /** Whether Defender refuses to add a tag that is there is not documented: a tag as wanted is no failure. */
    private void failUnlessAsWanted(QueuedChange queued, Throwable refusal) {
        reads.getMachine(queued.registration, queued.change.machine()).whenComplete((machine, failure) -> {
            boolean asWanted = machine != null && machine.isAfter(queued.change);
            apply(BatchOutcome.all(
                    List.of(queued), asWanted ? new BatchOutcome.Made(machine) : new BatchOutcome.Failed(refusal)));
        });
    }
}
