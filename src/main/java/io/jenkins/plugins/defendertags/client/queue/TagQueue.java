package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * All calls of one app registration, for all builds of the controller together. It keeps to the limits of {@link
 * QueueSettings}, pauses when Defender asks for it, retries transient failures, and gives up at the deadline.
 *
 * <p>Changes to one machine are made one after the other, in the order in which they were submitted, so that an Add never
 * overtakes the Remove before it. While changes wait, those with the same action and tag are merged into one call for up to
 * 500 machines; no change waits only to be merged. Where that call is refused, or leaves machines out, they are sent alone.
 *
 * <p>Thread-safe. Nothing that waits holds a thread, and no method blocks but {@link #dispatch(List)}.
 */
public final class TagQueue {

    private final CallScheduler calls;
    private final Deadlines deadlines;
    private final ChangeQueue changes;
    private final ReadQueue reads;
    private final RecentWrites recent;

    /**
     * @param executor makes the blocking calls, see {@link CallsUnderWay}
     * @param settings asked again for each call
     */
    TagQueue(DefenderClient client, Executor executor, QueueTimer timer, Supplier<QueueSettings> settings) {
        calls = new CallScheduler(client, executor, timer, settings);
        recent = new RecentWrites(timer::nanoTime);
        deadlines = new Deadlines(calls);
        reads = new ReadQueue(client, calls);
        changes = new ChangeQueue(client, calls, this::getMachine, recent);
    }

    /**
     * Accepts a change and returns at once.
     *
     * @param registration may differ between changes in how it signs in only
     */
    public PendingChange submit(AppRegistration registration, TagChange change) {
        return submit(registration, List.of(change)).get(0);
    }

    /** Accepts changes together, so that as many as possible are merged, and returns at once. */
    public List<PendingChange> submit(AppRegistration registration, List<TagChange> submitted) {
        List<PendingChange> accepted = enqueue(registration, submitted);
        calls.start();
        startDeadlines(accepted);
        return accepted;
    }

    /**
     * Accepts changes without sending any, for callers that must be able to cancel them while they {@linkplain #dispatch(List)
     * dispatch} them.
     */
    public List<PendingChange> enqueue(AppRegistration registration, List<TagChange> submitted) {
        List<PendingChange> enqueued = new ArrayList<>(submitted.size());
        submitted.forEach(change -> enqueued.add(enqueue(registration, change)));
        return enqueued;
    }

    /**
     * Starts the calls that can be made now. The calling thread makes the first of them, which saves a change of threads and
     * blocks for as long as a request takes.
     *
     * @param enqueued returned by {@link #enqueue(AppRegistration, List)}
     */
    public void dispatch(List<PendingChange> enqueued) {
        calls.dispatch();
        startDeadlines(enqueued);
    }

    private PendingChange enqueue(AppRegistration registration, TagChange change) {
        PendingChange pending = new PendingChange(changes);
        changes.enqueue(pending, registration, change);
        pending.result().whenComplete((machine, failure) -> {
            changes.leave(pending);
            calls.start();
        });
        return pending;
    }

    private void startDeadlines(List<PendingChange> pending) {
        pending.forEach(change -> deadlines.start(change.result(), () -> changes.lastFailure(change)));
    }

    /**
     * Reads a machine, in the queue with everything else. Reads that wait share a call.
     *
     * @return the machine, or a {@link DefenderException}; cancelling it takes the read out of the queue
     */
    public CompletableFuture<Machine> getMachine(AppRegistration registration, MachineId id) {
        return getMachines(registration, List.of(id)).get(0);
    }

    /** As {@link #getMachine}, for several machines, which share calls. */
    public List<CompletableFuture<Machine>> getMachines(AppRegistration registration, Collection<MachineId> ids) {
        return reads.read(
                ids.stream().map(id -> new IdRead(registration, id, recent)).toList());
    }

    /**
     * Reads lists of machines, in the queue with everything else. Reads of one kind that wait share calls.
     *
     * @return one answer for each read
     */
    public <A> List<CompletableFuture<A>> read(List<? extends MachineRead<A>> submitted) {
        return reads.read(submitted);
    }

    /** Returns a machine from a list as it is after this controller's own changes of the last minutes. */
    public Machine afterOwnChanges(Machine machine) {
        return recent.read(machine);
    }

    /** The error if a caller's own deadline passes before it has all its answers. */
    public DefenderException deadlineExceeded(Duration deadline) {
        return calls.deadlineExceeded(null, deadline);
    }

    /** What keeps calls from being made at the moment, or null if nothing does but other calls. */
    @CheckForNull
    public WaitStatus waitStatus() {
        return calls.waitStatus();
    }

    public QueueFigures figures() {
        return calls.figures(changes.size() + reads.size(), changes.oldestWait());
    }

    /** Whether no change waits or is under way. */
    boolean isEmpty() {
        return changes.isEmpty();
    }
}
