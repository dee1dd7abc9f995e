package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.BatchOutcome.Result;
import io.jenkins.plugins.defendertags.client.queue.QueuedChange.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The pending changes of a {@link TagQueue}: keeps the order of changes to one machine, and merges changes of the same action
 * and tag into batches. Thread-safe; completes nobody's future while it holds its lock.
 */
final class ChangeQueue {

    private static final int FEW_GROUPS = 16;

    private final DefenderClient client;
    private final CallScheduler calls;
    private final MachineReads reads;
    /** The last change to each machine; the others come before it. */
    private final Map<MachineId, QueuedChange> last = new HashMap<>();

    private final Map<ChangeGroup.Key, ChangeGroup> groups = new HashMap<>();
    private final BulkCircuitBreaker bulk = new BulkCircuitBreaker();
    private int groupsBeforeCleanUp = FEW_GROUPS;
    /** Changes of the outcome that is being applied, by the length of their pause. */
    private final Map<Duration, List<QueuedChange>> delayed = new HashMap<>();

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
                group(queued).remove(queued);
            }
            finish(queued); // one that is BEHIND is passed over when its turn comes
        }
    }

    /** Whether no change waits or is under way. */
    synchronized boolean isEmpty() {
        return last.isEmpty() && groups.values().stream().allMatch(ChangeGroup::isEmpty);
    }

    /** The error that keeps a change from being made, or null. */
    @CheckForNull
    synchronized DefenderException lastFailure(PendingChange pending) {
        DefenderException last = pending.queued().retryState.last();
        return last == null ? calls.outage() : last;
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
        group.add(queued);
        group.window.arrived(calls.timer().nanoTime());
        enqueue(group);
    }

    private void enqueue(ChangeGroup group) {
        if (!group.queued) {
            group.queued = true;
            calls.enqueue(new GroupTurn(group));
        }
    }

    private ChangeGroup group(QueuedChange queued) {
        ChangeGroup.Key key = ChangeGroup.Key.of(queued);
        ChangeGroup group = groups.get(key);
        if (group == null) {
            forgetEmptyGroups();
            group = new ChangeGroup(key);
            groups.put(key, group);
        }
        return group;
    }

    /** A group outlives its changes for as long as its window has something to remember. */
    private void forgetEmptyGroups() {
        if (groups.size() >= groupsBeforeCleanUp) {
            long now = calls.timer().nanoTime();
            groups.values()
                    .removeIf(group -> group.isEmpty()
                            && !group.queued
                            && group.window.isOver(calls.settings().limits(), now));
            groupsBeforeCleanUp = Math.max(FEW_GROUPS, 2 * groups.size());
        }
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

    /** A group's place in the scheduler's line. */
    private final class GroupTurn implements QueuedCall.Turn {

        private final ChangeGroup group;

        GroupTurn(ChangeGroup group) {
            this.group = group;
        }

        @Override
        public long waitFor(boolean probe, long now) {
            if (probe) {
                return 0;
            }
            long wait = group.window.waitFor(calls.settings().limits(), now);
            return group.size() > 1 ? Math.max(wait, bulk.waitFor(now)) : wait;
        }

        @Override
        public QueuedCall take(boolean probe) {
            return takeFrom(group, probe);
        }
    }

    /** Takes as many changes of a group as one call may hold, at the moment at which the call can be made. */
    @CheckForNull
    private synchronized QueuedCall takeFrom(ChangeGroup group, boolean probe) {
        long now = calls.timer().nanoTime();
        List<QueuedChange> taken = group.take(probe ? 1 : bulk.limit(now));
        group.queued = false;
        if (!group.isEmpty()) {
            enqueue(group);
        }
        if (taken.isEmpty()) {
            return null;
        }
        taken.forEach(queued -> queued.state = State.SENDING);
        group.window.started(taken.size(), now);
        if (taken.size() > 1) {
            bulk.started();
        }
        return new BatchCall(group, new ChangeBatch(taken));
    }

    /** One call for a batch. */
    private final class BatchCall implements QueuedCall {

        private final ChangeGroup group;
        private final ChangeBatch batch;
        private boolean ended;

        BatchCall(ChangeGroup group, ChangeBatch batch) {
            this.group = group;
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
            end(batch.send(client));
        }

        @Override
        public void retry(DefenderException failure, Duration delay, long answers) {
            end(batch.retried(failure, delay, answers));
        }

        @Override
        public void fail(Throwable failure) {
            end(batch.failed(failure));
        }

        private void end(BatchOutcome outcome) {
            if (!ended) {
                ended = true;
                group.window.ended();
                if (batch.isBulk()) {
                    bulk.ended(
                            outcome.bulk(),
                            calls.settings().firstPause(),
                            calls.timer().nanoTime());
                }
            }
            apply(outcome);
        }
    }

    private void apply(BatchOutcome outcome) {
        List<Runnable> notifications = new ArrayList<>();
        synchronized (this) {
            outcome.results().forEach((queued, result) -> apply(queued, result, notifications));
            scheduleDelayed();
        }
        notifications.forEach(Runnable::run);
    }

    private void apply(QueuedChange queued, Result result, List<Runnable> notifications) {
        if (result instanceof BatchOutcome.Made made) {
            finish(queued);
            queued.wantedBy().forEach(pending -> notifications.add(() -> pending.complete(made.machine())));
        } else if (result instanceof BatchOutcome.Unchanged) {
            askAgainOrFail(queued, notifications);
        } else if (result instanceof BatchOutcome.Failed failed) {
            fail(queued, failed.failure(), notifications);
        } else if (result instanceof BatchOutcome.Retry retry) {
            queued.retryState = queued.retryState.after(retry.failure(), retry.answers());
            requeue(queued, retry.delay());
        } else if (result instanceof BatchOutcome.Resend resend) {
            queued.bulkLimit = resend.bulkLimit();
            queued.retryState = RetryState.NONE;
            requeue(queued, Duration.ZERO);
        } else if (result instanceof BatchOutcome.Check check) {
            notifications.add(() -> check(queued, check.refusal()));
        }
    }

    /** What an answer shows can be older than the change; if it is the same later, the change was not made. */
    private void askAgainOrFail(QueuedChange queued, List<Runnable> notifications) {
        if (queued.answeredUnchanged) {
            fail(queued, notChanged(queued.change), notifications);
        } else {
            queued.answeredUnchanged = true;
            requeue(queued, calls.settings().firstPause().multipliedBy(5));
        }
    }

    private static DefenderException notChanged(TagChange change) {
        boolean add = change.action() == TagAction.ADD;
        return DefenderException.of(Kind.REFUSED)
                .message("Defender accepted the request twice, but the machine " + change.machine()
                        + (add ? " does not have the tag \"" : " still has the tag \"")
                        + SingleLine.of(change.tag().value(), Tag.MAX_LENGTH) + "\".")
                .remedy(
                        add
                                ? "Check in the Defender portal whether the machine can be tagged, and how many tags it has."
                                : "It was set on the machine itself (registry or mdatp) or by a dynamic rule: remove it there.")
                .errorCode(ErrorCode.TAG_NOT_CHANGED)
                .build();
    }

    private void fail(QueuedChange queued, Throwable failure, List<Runnable> notifications) {
        finish(queued);
        queued.wantedBy().forEach(pending -> notifications.add(() -> pending.fail(failure)));
        if (failure instanceof DefenderException refused && refused.kind() == Kind.SIGN_IN) {
            // Every change that waits for the same sign-in would be refused as well.
            List<QueuedChange> waiting = groups.values().stream()
                    .filter(group -> group.key.registration().equals(queued.registration))
                    .flatMap(group -> group.ready().stream())
                    .toList();
            for (QueuedChange other : waiting) {
                group(other).remove(other);
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
            delayed.computeIfAbsent(delay, key -> new ArrayList<>()).add(queued);
        }
    }

    /** What pauses equally long is resumed together, so that it is merged again. */
    private void scheduleDelayed() {
        delayed.forEach((delay, changes) -> calls.timer()
                .schedule(
                        () -> {
                            synchronized (this) {
                                changes.forEach(this::resume);
                            }
                            calls.start();
                        },
                        delay));
        delayed.clear();
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
    private void check(QueuedChange queued, @CheckForNull Throwable refusal) {
        reads.getMachine(queued.registration, queued.change.machine()).whenComplete((machine, failure) -> {
            Result result;
            if (machine != null && machine.isAfter(queued.change)) {
                result = new BatchOutcome.Made(machine);
            } else if (refusal != null) {
                result = new BatchOutcome.Failed(refusal);
            } else if (DefenderException.isUnknownMachine(failure)) {
                result = new BatchOutcome.Failed(DefenderException.unwrap(failure));
            } else {
                result = new BatchOutcome.Resend(1);
            }
            apply(BatchOutcome.all(List.of(queued), result));
            calls.start();
        });
    }
}
