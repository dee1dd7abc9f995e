package io.jenkins.plugins.defendertags.client;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The changes of one app registration, all builds of the controller together. Changes to one machine are made in the order
 * they were submitted, so that an Add never overtakes the Remove before it. Thread-safe.
 */
public final class TagQueue {

    private final DefenderClient client;
    private final Executor executor;
    private final Map<MachineId, CompletableFuture<Void>> lastTurns = new ConcurrentHashMap<>();

    /** @param executor runs the blocking calls; its size bounds how many are under way at once */
    public TagQueue(@NonNull DefenderClient client, @NonNull Executor executor) {
        this.client = client;
        this.executor = executor;
    }

    /**
     * Accepts a change and returns at once.
     *
     * @param registration may differ between changes in its secret only
     */
    @NonNull
    public PendingChange submit(@NonNull AppRegistration registration, @NonNull TagChange change) {
        PendingChange pending = new PendingChange();
        CompletableFuture<Void> turn = lastTurns.compute(change.machine(), (machine, previous) -> {
            CompletableFuture<Void> before = previous == null ? CompletableFuture.completedFuture(null) : previous;
            return before.thenRunAsync(() -> make(registration, change, pending), executor);
        });
        turn.whenComplete((nothing, problem) -> lastTurns.remove(change.machine(), turn));
        return pending;
    }

    private void make(AppRegistration registration, TagChange change, PendingChange pending) {
        if (pending.result().isCancelled()) {
            return;
        }
        try {
            pending.result().complete(apply(registration, change, pending));
        } catch (Throwable problem) { // whoever waits must hear of it, whatever it is
            pending.result().completeExceptionally(problem);
        }
    }

    private Machine apply(AppRegistration registration, TagChange change, PendingChange pending)
            throws DefenderException {
        return DefenderClient.withFreshTokenIfRefused(() -> {
            pending.countCall();
            return client.apply(registration, change);
        });
    }
}
