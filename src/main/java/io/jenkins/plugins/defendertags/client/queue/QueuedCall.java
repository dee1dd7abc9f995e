package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.time.Duration;

/** A call that a {@link CallScheduler} makes when its turn comes. */
interface QueuedCall {

    /** A place in the scheduler's line. Which call it stands for is only decided when the call can be made. */
    @FunctionalInterface
    interface Turn {

        /** Returns the call to make now, or null if there is none left to make. */
        @CheckForNull
        QueuedCall take();
    }

    AppRegistration registration();

    /** The attempts before this one. */
    RetryState retryState();

    /**
     * Makes one call of the API, applies its answer, and blocks for as long as that takes.
     *
     * @throws DefenderException if the scheduler should decide whether to retry
     */
    void send() throws DefenderException;

    /** Queues what the call was about again, after this delay. */
    void retry(Duration delay, DefenderException failure);

    /** Ends what the call was about with an error, which is final. */
    void fail(Throwable failure);
}
