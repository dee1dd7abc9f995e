package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.http.Deadlines;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.QueuedChange.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * All calls of one app registration, all builds of the controller together. It keeps to the limits of {@link QueueSettings},
 * pauses as one when Defender says so, repeats what failed in passing, and gives up at the deadline.
 *
 * <p>Changes to one machine are made one after the other, in the order in which they were submitted, so that an Add never
 * overtakes the Remove before it. While changes wait, those with the same action and tag are merged into one call for up to
 * 500 machines; none waits only to be merged. Where that call is refused, or leaves machines out, they are sent alone.
 *
 * <p>Thread-safe. Nothing that waits holds a thread, and no method blocks but the one that says so.
 */
public final class TagQueue {

    private final DefenderClient client;
    private final CallScheduler calls;
    /** The last change to each machine; the others come before it. */
    private final Map<MachineId, QueuedChange> last = new HashMap<>();

    private final Map<ChangeGroup.Key, ChangeGroup> groups = new HashMap<>();
    private final BulkCircuitBreaker bulk = new BulkCircuitBreaker();

    /**
     * @param executor makes the blocking calls, at most {@value CallScheduler#CALLS_AT_ONCE} at once for each queue
     * @param timer only ever runs short tasks for this
     * @param settings asked again for each call
     */
    public TagQueue(
            DefenderClient client,
            Executor executor,
            ScheduledExecutorService timer,
            Supplier<QueueSettings> settings) {
        this.client = client;
        calls = new CallScheduler(client, executor, timer, settings);
    }

    /**
     * Accepts a change and returns at once.
     *
     * @param registration may differ between changes in how it proves to be itself only
     */
    public PendingChange submit(AppRegistration registration, TagChange change) {
        PendingChange pending = accept(registration, change);
        calls.start();
        return pending;
    }

    /**
     * Accepts changes together. If a call can be made at once, the calling thread makes it: for threads that may be blocked
     * for as long as a request takes.
     *
     * @param accepted is given the changes, in the same order, before the first is sent
     */
    public void submit(AppRegistration registration, List<TagChange> changes, Consumer<List<PendingChange>> accepted) {
        accepted.accept(
                changes.stream().map(change -> accept(registration, change)).toList());
        calls.startHere();
    }

    /** Accepts changes together, so that as many as possible are merged, and returns at once. */
    public List<PendingChange> accept(AppRegistration registration, List<TagChange> changes) {
        List<PendingChange> accepted =
                changes.stream().map(change -> accept(registration, change)).toList();
        calls.start();
        return accepted;
    }

    private PendingChange accept(AppRegistration registration, TagChange change) {
        PendingChange pending = new PendingChange(this);
        synchronized (this) {
            QueuedChange tail = last.get(change.machine());
            if (tail != null && tail.canBeJoined(registration, change)) {
                tail.join(pending);
            } else {
                QueuedChange queued = new QueuedChange(registration, change);
                queued.join(pending);
                last.put(change.machine(), queued);
                if (tail == null) {
                    ready(queued);
                } else {
                    tail.next = queued;
                }
            }
        }
        Duration deadline = calls.settings().deadline();
        Deadlines.Deadline end = calls.deadlines().start(deadline, () -> giveUp(pending, deadline));
        pending.result().whenComplete((machine, problem) -> {
            end.met();
            leave(pending);
            calls.start();
        });
        return pending;
    }

    /**
     * "Get machine by ID", in the queue with everything else.
     *
     * @return the machine, or a {@link DefenderException}; cancelling it takes the call out of the queue
     */
    public CompletableFuture<Machine> machine(AppRegistration registration, MachineId id) {
        return lookUp(registration, () -> client.machine(registration, id));
    }

    /** What keeps calls from being made at the moment, or null if nothing does but other calls. */
    @CheckForNull
    public WaitStatus waiting() {
        return calls.waiting();
    }

    /** A call that changes nothing, in the queue with everything else. */
    public <T> CompletableFuture<T> lookUp(AppRegistration registration, QueuedRead.Question<T> question) {
        return QueuedRead.start(calls, registration, question);
    }

    /** Whether no change waits or is under way. */
    synchronized boolean isEmpty() {
        return last.isEmpty() && groups.isEmpty();
    }

    synchronized WaitStatus waiting(QueuedChange queued) {
        WaitStatus blocked = calls.waiting();
        DefenderException problem = queued.attempts.last();
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
                        "another try" + (problem == null ? "" : " after: " + problem.getMessage()),
                        null);
            case READY -> blocked == null ? new WaitStatus(WaitStatus.Reason.TURN, "its turn", null) : blocked;
        };
    }

    private void giveUp(PendingChange pending, Duration deadline) {
        DefenderException lastProblem;
        synchronized (this) {
            lastProblem = pending.queued().attempts.last();
        }
        pending.result().completeExceptionally(DefenderException.deadlineExceeded(lastProblem, deadline));
    }

    /** Called for each that ends, however it does. */
    private synchronized void leave(PendingChange pending) {
        QueuedChange queued = pending.queued();
        queued.leave(pending);
        if (!queued.isWanted() && (queued.state == State.READY || queued.state == State.PAUSING)) {
            if (queued.state == State.READY) {
                group(queued).ready.remove(queued);
            }
            end(queued); // one that is BEHIND is passed over when its turn comes
        }
    }

    private void ready(QueuedChange queued) {
        queued.state = State.READY;
        ChangeGroup group = group(queued);
        group.ready.add(queued);
        if (!group.queued) {
            group.queued = true;
            calls.enqueue(() -> takeFrom(group));
        }
    }

    private ChangeGroup group(QueuedChange queued) {
        return groups.computeIfAbsent(ChangeGroup.Key.of(queued), ChangeGroup::new);
    }

    /** The machine's next change may go. */
    private void end(QueuedChange queued) {
        QueuedChange ended = queued;
        ended.state = State.ENDED;
        while (ended.next != null && !ended.next.isWanted()) {
            ended = ended.next;
            ended.state = State.ENDED;
        }
        if (ended.next == null) {
            last.remove(ended.change.machine());
        } else {
            ready(ended.next);
        }
    }

    /** As many of a group as one call may hold, at the very moment at which it can be made. */
    private synchronized ChangeBatch takeFrom(ChangeGroup group) {
        List<QueuedChange> taken = new ArrayList<>();
        int limit = bulk.limit(System.nanoTime());
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
            calls.enqueue(() -> takeFrom(group));
        }
        return taken.isEmpty() ? null : new ChangeBatch(this, client, taken);
    }

    synchronized RetryPolicy worstAttempts(List<QueuedChange> changes) {
        return changes.stream().map(queued -> queued.attempts).reduce(RetryPolicy.NONE, RetryPolicy::orWorse);
    }

    synchronized void countCall(List<QueuedChange> changes) {
        changes.forEach(QueuedChange::countCall);
    }

    void made(Map<QueuedChange, Machine> machines) {
        endAll(machines.keySet())
                .forEach((queued, wantedBy) ->
                        wantedBy.forEach(pending -> pending.result().complete(machines.get(queued))));
    }

    void failed(Collection<QueuedChange> changes, Throwable problem) {
        endAll(changes)
                .values()
                .forEach(
                        wantedBy -> wantedBy.forEach(pending -> pending.result().completeExceptionally(problem)));
    }

    /** Entra's no answers all that wait for it. */
    void failAll(List<QueuedChange> changes, Throwable problem) {
        AppRegistration registration = changes.get(0).registration;
        List<QueuedChange> all = new ArrayList<>(changes);
        synchronized (this) {
            for (ChangeGroup group : groups.values()) {
                if (group.key.registration().equals(registration)) {
                    all.addAll(group.ready);
                    group.ready.clear();
                }
            }
        }
        failed(all, problem);
    }

    /** At once, so that what comes after them is merged again. */
    private synchronized Map<QueuedChange, List<PendingChange>> endAll(Collection<QueuedChange> changes) {
        Map<QueuedChange, List<PendingChange>> wantedBy = new LinkedHashMap<>();
        for (QueuedChange queued : changes) {
            end(queued);
            wantedBy.put(queued, queued.wantedBy());
        }
        return wantedBy;
    }

    void repeat(List<QueuedChange> changes, Duration pause, DefenderException problem) {
        synchronized (this) {
            for (QueuedChange queued : changes) {
                queued.attempts = queued.attempts.and(problem);
                queued.state = State.PAUSING;
            }
        }
        if (pause.isZero()) {
            readyAgain(changes);
        } else {
            calls.timer()
                    .schedule(
                            () -> {
                                readyAgain(changes);
                                calls.start();
                            },
                            pause.toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    private synchronized void readyAgain(List<QueuedChange> changes) {
        for (QueuedChange queued : changes) {
            if (queued.state != State.PAUSING) {
                continue; // it ended in the meantime
            }
            if (queued.isWanted()) {
                ready(queued);
            } else {
                end(queued);
            }
        }
    }

    synchronized void bulkFailed() {
        bulk.failed(System.nanoTime());
    }

    /** @param useful whether it was about any of the machines */
    void answeredInBulk(List<QueuedChange> missing, boolean useful) {
        synchronized (this) {
            if (useful) {
                bulk.worked();
            } else {
                bulk.turnOff(System.nanoTime());
            }
        }
        again(missing, 1);
    }

    void bulkRefused(List<QueuedChange> changes, Kind kind) {
        synchronized (this) {
            if (kind == Kind.FORBIDDEN || kind == Kind.NOT_UNDERSTOOD) {
                bulk.turnOff(System.nanoTime());
            } else {
                bulk.failed(System.nanoTime());
            }
        }
        again(changes, changes.size() / 2);
    }

    private synchronized void again(List<QueuedChange> changes, int bulkLimit) {
        for (QueuedChange queued : changes) {
            queued.bulkLimit = bulkLimit;
            queued.attempts = RetryPolicy.NONE;
            queued.state = State.PAUSING;
        }
        readyAgain(changes);
    }
}
