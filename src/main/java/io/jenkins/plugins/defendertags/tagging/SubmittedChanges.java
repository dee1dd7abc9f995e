package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.WaitStatus;
import io.jenkins.plugins.defendertags.client.resolve.ResolvedMachine;
import io.jenkins.plugins.defendertags.support.Progress;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The changes of one request in the queue, one for each machine, so that one that is named twice is changed once. In a dry
 * run Defender is asked for each machine instead. Thread-safe.
 */
final class SubmittedChanges {

    private static final Logger LOGGER = Logger.getLogger(SubmittedChanges.class.getName());
    private static final int ERROR_SHOWN = 1000;
    private static final Problem NOT_SENT = new Problem("Given up before it was sent to Defender.", null);
    private static final Problem PERHAPS_MADE = new Problem(
            "Given up while waiting for Defender's answer. Defender may have made the change: look at the"
                    + " machine in the Defender portal.",
            null);

    private final OperationContext context;
    private final TagRequest request;
    private final List<ResolvedMachine> targets;
    private final Map<MachineId, Change> byMachine = new LinkedHashMap<>();
    private boolean cancelled;

    /**
     * @param status tells what it waits for at the moment, or null
     * @param attempts tells how often it was sent to Defender, alone or together with others
     * @param effect tells whether it altered the machine, once it has succeeded
     */
    private record Change(
            CompletableFuture<Machine> result,
            Supplier<WaitStatus> status,
            IntSupplier attempts,
            Supplier<ChangeEffect> effect) {

        static Change of(PendingChange pending) {
            return new Change(pending.result(), pending::waitStatus, pending::calls, pending::effect);
        }

        static Change pretend(OperationContext context, MachineId machine) {
            return new Change(
                    context.getMachine(machine), context.queue()::waitStatus, () -> 0, () -> ChangeEffect.UNKNOWN);
        }

        static Change notNeeded(Machine machine) {
            return new Change(
                    CompletableFuture.completedFuture(machine), () -> null, () -> 0, () -> ChangeEffect.ALREADY_SO);
        }
    }

    /**
     * @param targets in the order of the request; those without an ID are not changed
     * @param asWanted machines that need no change
     */
    SubmittedChanges(
            OperationContext context,
            TagRequest request,
            List<ResolvedMachine> targets,
            Map<MachineId, Machine> asWanted) {
        this.context = context;
        this.request = request;
        this.targets = targets;
        asWanted.forEach((id, machine) -> byMachine.put(id, Change.notNeeded(machine)));
    }

    /**
     * Submits what is not submitted yet, and what was refused because Defender did not know the machine. The calling thread
     * makes the first call, if it can be made at once, and so blocks for as long as a request takes.
     *
     * @return completes normally when all have ended, however they did
     */
    CompletableFuture<Void> submit() {
        List<PendingChange> enqueued = request.dryRun() ? read() : enqueue();
        context.queue().dispatch(enqueued);
        return whenEnded();
    }

    private synchronized List<MachineId> takeOpen() {
        byMachine.keySet().removeAll(unknown());
        return targets.stream()
                .map(ResolvedMachine::id)
                .filter(id -> id != null && !byMachine.containsKey(id))
                .distinct()
                .toList();
    }

    private synchronized List<PendingChange> read() {
        takeOpen().forEach(id -> byMachine.put(id, Change.pretend(context, id)));
        cancelIfGivenUp();
        return List.of();
    }

    private synchronized List<PendingChange> enqueue() {
        List<MachineId> ids = takeOpen();
        List<PendingChange> enqueued = context.queue()
                .enqueue(
                        context.registration(),
                        ids.stream()
                                .map(id -> new TagChange(request.action(), request.tag(), id))
                                .toList());
        for (int i = 0; i < ids.size(); i++) {
            byMachine.put(ids.get(i), Change.of(context.limit(enqueued.get(i))));
        }
        cancelIfGivenUp();
        return enqueued;
    }

    private void cancelIfGivenUp() {
        if (cancelled) {
            cancel(); // at this very moment
        }
    }

    private synchronized CompletableFuture<Void> whenEnded() {
        return CompletableFuture.allOf(
                        byMachine.values().stream().map(Change::result).toArray(CompletableFuture[]::new))
                .handle((done, failure) -> null);
    }

    /** The machines that Defender does not know yet. One that it listed by name a moment ago is not new. */
    synchronized List<MachineId> unknown() {
        return byMachine.entrySet().stream()
                .filter(change -> change.getValue().result().isDone()
                        && failureOf(change.getValue()) instanceof DefenderException refused
                        && refused.kind() == DefenderException.Kind.NOT_FOUND
                        && !isListed(change.getKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private boolean isListed(MachineId id) {
        return targets.stream().anyMatch(target -> target.listed() && id.equals(target.id()));
    }

    @CheckForNull
    private static Throwable failureOf(Change change) {
        return change.result().handle((machine, failure) -> failure).join();
    }

    /** What those that have not ended wait for: the first of them, since they mostly wait for the same. Null if all ended. */
    @CheckForNull
    synchronized WaitStatus waiting() {
        return byMachine.values().stream()
                .filter(change -> !change.result().isDone())
                .findFirst()
                .map(change -> change.status().get())
                .orElse(null);
    }

    /** What has ended, of what was submitted. */
    synchronized Progress progress() {
        long done = byMachine.values().stream()
                .filter(change -> change.result().isDone())
                .count();
        return new Progress((int) done, byMachine.size());
    }

    /** Gives up what has not ended. */
    synchronized void cancel() {
        cancelled = true;
        byMachine.values().forEach(change -> change.result().cancel(false));
    }

    /** What came of each target, in the order of the request; all changes have ended or were given up. */
    synchronized List<TagResult> results() {
        return targets.stream().map(this::resultOf).toList();
    }

    private TagResult resultOf(ResolvedMachine target) {
        MachineId id = target.id();
        if (id == null) {
            return TagResult.failed(target.name(), null, target.problem(), 0);
        }
        Change change = byMachine.get(id);
        if (change == null) {
            return TagResult.failed(target.name(), id, NOT_SENT, 0);
        }
        int attempts = change.attempts().getAsInt();
        Throwable failure = failureOf(change);
        return failure == null
                ? TagResult.succeeded(
                        target.name(), change.result().join(), change.effect().get(), attempts)
                : TagResult.failed(target.name(), id, explain(target.explain(failure), attempts), attempts);
    }

    private static Problem explain(Throwable failure, int attempts) {
        if (failure instanceof CancellationException) {
            return attempts > 0 ? PERHAPS_MADE : NOT_SENT;
        }
        LOGGER.log(Level.FINE, failure, () -> "A build could not change a tag");
        Problem problem = Troubleshooting.problem(failure);
        return new Problem(SingleLine.of(problem.message(), ERROR_SHOWN), problem.errorCode());
    }
}
