package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.TagQueue;
import io.jenkins.plugins.defendertags.client.queue.WaitStatus;
import io.jenkins.plugins.defendertags.client.resolve.ResolvedMachine;
import io.jenkins.plugins.defendertags.support.Progress;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * The changes of one request in the queue, one for each machine, so that one that is named twice is changed once. In a dry
 * run Defender is asked for each machine instead. Thread-safe.
 */
public final class SubmittedChanges {

    private static final Logger LOGGER = Logger.getLogger(SubmittedChanges.class.getName());
    private static final int ERROR_SHOWN = 1000;
    private static final Problem NOT_SENT = new Problem("Given up before it was sent to Defender.", null);
    private static final Problem PERHAPS_MADE = new Problem(
            "Given up while Defender was asked, which may have made the change all the same: look at the machine in the"
                    + " Defender portal.",
            null);

    private final TagRequest request;
    private final AppRegistration registration;
    private final TagQueue queue;
    private final Map<MachineId, Change> byMachine = new LinkedHashMap<>();
    private boolean cancelled;

    /**
     * @param waiting tells what it waits for at the moment, or null
     * @param calls tells how often Defender was asked to make it
     */
    private record Change(CompletableFuture<Machine> result, Supplier<WaitStatus> waiting, IntSupplier calls) {

        static Change of(PendingChange pending) {
            return new Change(pending.result(), pending::waitStatus, pending::calls);
        }

        static Change pretend(TagQueue queue, AppRegistration registration, MachineId machine) {
            return new Change(queue.getMachine(registration, machine), queue::waitStatus, () -> 0);
        }
    }

    public SubmittedChanges(TagRequest request, AppRegistration registration, TagQueue queue) {
        this.request = request;
        this.registration = registration;
        this.queue = queue;
    }

    /** No call is made for these, which have ended as they are. Before anything is submitted. */
    public synchronized void leaveOut(Map<MachineId, Machine> asWanted) {
        asWanted.forEach((id, machine) ->
                byMachine.put(id, new Change(CompletableFuture.completedFuture(machine), () -> null, () -> 0)));
    }

    /**
     * Submits what is not submitted yet, or was refused because Defender did not know the machine. Blocks for as long as a
     * request takes, if the first call can be made at once.
     *
     * @return completes normally when all have ended, however they did
     */
    CompletableFuture<Void> submit(List<ResolvedMachine> machines) {
        Set<MachineId> ids = new LinkedHashSet<>();
        synchronized (this) {
            byMachine.keySet().removeAll(unknown());
            machines.stream()
                    .map(ResolvedMachine::id)
                    .filter(id -> id != null && !byMachine.containsKey(id))
                    .forEach(ids::add);
        }
        if (request.dryRun()) {
            addAll(
                    ids,
                    ids.stream()
                            .map(id -> Change.pretend(queue, registration, id))
                            .toList());
        } else {
            List<PendingChange> accepted = queue.enqueue(
                    registration,
                    ids.stream()
                            .map(id -> new TagChange(request.action(), request.tag(), id))
                            .toList());
            addAll(ids, accepted.stream().map(Change::of).toList());
            queue.dispatch(accepted);
        }
        return ended();
    }

    private synchronized void addAll(Set<MachineId> ids, List<Change> accepted) {
        Iterator<Change> next = accepted.iterator();
        ids.forEach(id -> byMachine.put(id, next.next()));
        if (cancelled) {
            cancel(); // at this very moment
        }
    }

    private synchronized CompletableFuture<Void> ended() {
        return CompletableFuture.allOf(pending().map(Change::result).toArray(CompletableFuture[]::new))
                .handle((done, problem) -> null);
    }

    private Stream<Change> pending() {
        return byMachine.values().stream();
    }

    /** The machines that Defender says it does not know. */
    synchronized List<MachineId> unknown() {
        return byMachine.entrySet().stream()
                .filter(change -> change.getValue().result().isDone()
                        && problemOf(change.getValue()) instanceof DefenderException refused
                        && refused.kind() == DefenderException.Kind.NOT_FOUND)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Throwable problemOf(Change change) {
        return change.result().handle((machine, problem) -> problem).join();
    }

    /** What those that have not ended wait for: the first of them, since they mostly wait for the same. Null if all ended. */
    @CheckForNull
    synchronized WaitStatus waiting() {
        return pending()
                .filter(change -> !change.result().isDone())
                .findFirst()
                .map(change -> change.waiting().get())
                .orElse(null);
    }

    /** What has ended, of what was submitted. */
    synchronized Progress progress() {
        long done = pending().filter(change -> change.result().isDone()).count();
        return new Progress((int) done, byMachine.size());
    }

    /** Gives up what has not ended. */
    synchronized void cancel() {
        cancelled = true;
        pending().forEach(change -> change.result().cancel(false));
    }

    /** What came of a machine; all changes have ended or were given up. */
    public synchronized TagResult resultOf(ResolvedMachine asked) {
        MachineId id = asked.id();
        if (id == null) {
            return new TagResult(asked.name(), null, null, asked.problem());
        }
        Change change = byMachine.get(id);
        if (change == null) {
            return new TagResult(asked.name(), id, null, NOT_SENT);
        }
        Throwable problem = problemOf(change);
        Machine machine = problem == null ? change.result().join() : null;
        return new TagResult(asked.name(), id, machine, problem == null ? null : explain(change, problem));
    }

    private static Problem explain(Change change, Throwable problem) {
        if (!(problem instanceof CancellationException)) {
            LOGGER.log(Level.FINE, problem, () -> "A build could not change a tag");
            Problem told = Troubleshooting.problem(problem);
            return new Problem(SingleLine.of(told.message(), ERROR_SHOWN), told.errorCode());
        }
        return change.calls().getAsInt() > 0 ? PERHAPS_MADE : NOT_SENT;
    }

    /** How often Defender was asked to make the change; 0 if no machine was found. */
    synchronized int calls(ResolvedMachine asked) {
        Change change = byMachine.get(asked.id());
        return change == null ? 0 : change.calls().getAsInt();
    }
}
