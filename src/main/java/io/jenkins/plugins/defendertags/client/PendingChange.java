package io.jenkins.plugins.defendertags.client;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A change that a {@link TagQueue} has accepted. Thread-safe. */
public final class PendingChange {

    private final CompletableFuture<Machine> result = new CompletableFuture<>();
    private final AtomicInteger calls = new AtomicInteger();

    PendingChange() {}

    /**
     * The machine after the change, or a {@link DefenderException}. Cancelling it gives the change up; if it was already
     * being sent, Defender may have made it all the same.
     */
    @NonNull
    public CompletableFuture<Machine> result() {
        return result;
    }

    /** How often Defender was asked to make the change, so far. */
    public int calls() {
        return calls.get();
    }

    void countCall() {
        calls.incrementAndGet();
    }
}
