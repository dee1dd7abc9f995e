package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.concurrent.CompletableFuture;

/** Something under way, for which a step waits without a thread. */
interface Pending<T> {

    /** Fails with an {@link hudson.AbortException} whose message is one line that says what to do. */
    @NonNull
    CompletableFuture<T> outcome();

    /** What it is doing and waiting for at the moment, for people. */
    @NonNull
    String status();

    /** Gives up what has not been done yet. */
    void cancel();
}
