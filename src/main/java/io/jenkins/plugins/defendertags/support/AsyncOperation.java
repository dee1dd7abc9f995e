package io.jenkins.plugins.defendertags.support;

import java.util.concurrent.CompletableFuture;

/** Something under way, for which a step waits without a thread. */
public interface AsyncOperation<T> {

    /** Fails with an {@link hudson.AbortException} whose message is one line that says what to do. */
    CompletableFuture<T> outcome();

    /** What it is doing and waiting for at the moment, for people. */
    String status();

    /**
     * Gives up what has not been done yet. Returns at once.
     *
     * @return completes normally when what was done until then is in log and record
     */
    CompletableFuture<Void> cancel();
}
