package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.BatchOutcome.Result;
import io.jenkins.plugins.defendertags.client.queue.QueuedChange.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/**
 * The pending changes of a {@link TagQueue}: keeps the order of changes to one machine, and merges changes of the same action
 * and tag into batches. Thread-safe; completes nobody's future while it holds its lock.
 */
final class ChangeQueue {

    private final DefenderClient client;
    private final CallScheduler calls;
    private final BiFunction<AppRegistration, MachineId, CompletableFuture<Machine>> reads;
    private final RecentWrites recent;
    /** The last change to each machine; the others come before it. */
    private final Map<MachineId, QueuedChange> last = new HashMap<>();

    /** In the order in which they came. */
    private final Set<QueuedChange> unfinished = new LinkedHashSet<>();

    private final CallGroups<ChangeGroup.Key, ChangeGroup> groups;
    private final BulkCircuitBreaker bulk = new BulkCircuitBreaker();
    /** Changes of the outcome that is being applied, by the length of their pause. */
    private final Map<Duration, List<QueuedChange>> delayed = new HashMap<>();

    /** @param reads finds out whether a refused change was needless */
    ChangeQueue(
            DefenderClient client,
            CallScheduler calls,
            BiFunction<AppRegistration, MachineId, CompletableFuture<Machine>> reads,
            RecentWrites recent) {
        this.client = client;
        this.calls = calls;
        this.reads = reads;
        this.recent = recent;
        groups = new CallGroups<>(key -> new ChangeGroup(this, calls));
    }

    BulkCircuitBreaker bulk() {
        return bulk;
    }

    void bulkEnded(BatchOutcome.BulkResult result) {
        bulk.ended(result, calls.settings().firstPause(), calls.timer().nanoTime());
    }

    /** Queues a change; nothing is sent before the scheduler is started next. */
    synchronized void enqueue(PendingChange pending, AppRegistration registration, TagChange change) {
        QueuedChange tail = last.get(change.machine());
        if (tail != null && tail.canBeJoined(registration, change)) {
            tail.join(pending);
            return;
        }
        QueuedChange queued =
                new QueuedChange(registration, change, calls.timer().nanoTime());
        unfinished.add(queued);
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
        return last.isEmpty() && groups.areEmpty();
    }

    /** The number of changes that have no outcome yet. */
    synchronized int size() {
        return unfinished.size();
    }

    /** How long the oldest of them has been in the queue; zero if there is none. */
    synchronized Duration oldestWait() {
        return unfinished.isEmpty()
                ? Duration.ZERO
                : Duration.ofNanos(
                        calls.timer().nanoTime() - unfinished.iterator().next().since);
    }

    /** The error of the last attempt, or null. */
    @CheckForNull
    synchronized DefenderException lastFailure(PendingChange pending) {
        return pending.queued().retryState.last();
    }

    DefenderException deadlineExceeded(PendingChange pending, Duration deadline) {
        return calls.deadlineExceeded(lastFailure(pending), deadline);
    }

    synchronized WaitStatus waitStatus(PendingChange pending) {
        return pending.queued().waitStatus(calls.waitStatus());
    }

    private void makeReady(QueuedChange queued) {
        queued.state = State.READY;
        group(queued).add(queued);
    }

    private ChangeGroup group(QueuedChange queued) {
        return groups.of(ChangeGroup.Key.of(queued));
    }

    /** Ends a change, so that the machine's next one may go. */
    private void finish(QueuedChange queued) {
        QueuedChange ended = queued;
        end(ended);
        while (ended.next != null && !ended.next.isWanted()) {
            ended = ended.next;
            end(ended);
        }
        if (ended.next == null) {
            last.remove(ended.change.machine());
        } else {
            makeReady(ended.next);
        }
    }

    private void end(QueuedChange queued) {
        queued.state = State.ENDED;
        unfinished.remove(queued);
    }

    /** Takes as many changes of a group as one call may hold, at the moment at which the call can be made. */
    @CheckForNull
    synchronized QueuedCall take(ChangeGroup group, boolean probe) {
        List<QueuedChange> taken =
                group.takeUpTo(probe ? 1 : bulk.limit(calls.timer().nanoTime()));
        if (taken.isEmpty()) {
            return null;
        }
        taken.forEach(queued -> queued.sending(recent));
        if (taken.size() > 1) {
            bulk.started();
        }
        return new ChangeCall(this, group, taken, client);
    }

    /** Fails changes whose sign-in was refused, and whatever else waits for it. */
    void refuse(AppRegistration registration, List<QueuedChange> changes, Throwable failure) {
        List<Runnable> notifications = new ArrayList<>();
        synchronized (this) {
            changes.forEach(queued -> fail(queued, failure, notifications));
            failAllOf(registration, failure, notifications);
        }
        notifications.forEach(Runnable::run);
    }

    void apply(BatchOutcome outcome) {
        List<Runnable> notifications = new ArrayList<>();
        synchronized (this) {
            outcome.results().forEach((queued, result) -> apply(queued, result, notifications));
            scheduleDelayed();
        }
        notifications.forEach(Runnable::run);
    }

    private void apply(QueuedChange queued, Result result, List<Runnable> notifications) {
        if (result instanceof BatchOutcome.Made made) {
            Machine machine = recent.changed(queued.change, made.machine());
            queued.succeeded();
            finish(queued);
            queued.wantedBy().forEach(pending -> notifications.add(() -> pending.complete(machine)));
        } else if (result instanceof BatchOutcome.Unchanged) {
            askAgainOrFail(queued, notifications);
        } else if (result instanceof BatchOutcome.Failed failed) {
            if (DefenderException.isUnknownMachine(failed.failure())) {
                recent.refused(queued.change);
            }
            fail(queued, failed.failure(), notifications);
        } else if (result instanceof BatchOutcome.Retry retry) {
            queued.retryState = queued.retryState.after(retry.failure(), retry.answers());
            requeue(queued, retry.delay());
        } else if (result instanceof BatchOutcome.Resend resend) {
            queued.bulkLimit = resend.bulkLimit();
            queued.retryState = RetryState.NONE;
            requeue(queued, Duration.ZERO);
        } else if (result instanceof BatchOutcome.Check check) {
            recent.refused(queued.change);
            notifications.add(() -> check(queued, check.refusal()));
        }
    }

    /** What an answer shows can be older than the change; if it is the same later, the change was not made. */
    private void askAgainOrFail(QueuedChange queued, List<Runnable> notifications) {
        if (queued.answeredUnchanged) {
            fail(queued, queued.notChanged(), notifications);
        } else {
            queued.answeredUnchanged = true;
            requeue(queued, calls.settings().firstPause().multipliedBy(5));
        }
    }

    private void fail(QueuedChange queued, Throwable failure, List<Runnable> notifications) {
        finish(queued);
        queued.wantedBy().forEach(pending -> notifications.add(() -> pending.fail(failure)));
    }

    /** Fails whatever waits for a sign-in that was refused. Changes with another secret are not affected. */
    private void failAllOf(AppRegistration registration, Throwable failure, List<Runnable> notifications) {
        List<QueuedChange> waiting = groups.all().stream()
                .flatMap(group -> group.ready().stream())
                .filter(queued -> queued.registration().equals(registration))
                .toList();
        for (QueuedChange other : waiting) {
            group(other).remove(other);
            fail(other, failure, notifications);
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
        reads.apply(queued.registration(), queued.change.machine()).whenComplete((machine, failure) -> {
            apply(BatchOutcome.all(List.of(queued), ChangeBatch.checked(queued, refusal, machine, failure)));
            calls.start();
        });
    }
}
