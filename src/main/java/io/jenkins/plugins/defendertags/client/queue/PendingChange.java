package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A change that a {@link TagQueue} has accepted, as its caller sees it. Thread-safe. */
public final class PendingChange {

    private final CompletableFuture<Machine> result = new CompletableFuture<>();
    private final ChangeQueue queue;
    private volatile QueuedChange queued;

    PendingChange(ChangeQueue queue) {
        this.queue = queue;
    }

    void joins(QueuedChange change) {
        queued = change;
    }

    QueuedChange queued() {
        return queued;
    }

    void complete(Machine machine) {
        result.complete(machine);
    }

    void fail(Throwable failure) {
        result.completeExceptionally(failure);
    }

    /**
     * The machine after the change, or a {@link DefenderException}. Cancelling it gives the change up; {@link
     * #mayHaveBeenMade()} says what that means.
     */
    public CompletableFuture<Machine> result() {
        return result;
    }

    /** How often the change was part of a call, so far. */
    public int calls() {
        return queued.calls();
    }

    /** Whether the change was sent to Defender at least once, so that it may have been made even if no answer came. */
    public boolean mayHaveBeenMade() {
        return queued.calls() > 0;
    }

    /** Whether the change altered the machine; {@code UNKNOWN} until it has succeeded, and if nothing is known of the machine before. */
    public ChangeEffect effect() {
        return queued.effect();
    }

    /** The error if the caller's own deadline passes before the result is there. */
    public DefenderException deadlineExceeded(Duration deadline) {
        return queue.deadlineExceeded(this, deadline);
    }

    /** What the change waits for at the moment. */
    public WaitStatus waitStatus() {
        return queue.waitStatus(this);
    }
}
