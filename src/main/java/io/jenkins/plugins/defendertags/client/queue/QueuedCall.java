package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.time.Duration;

/** A call that a {@link CallScheduler} makes when its turn comes. */
interface QueuedCall {

    /** Whoever stands in the queue; which call that means is only decided when its turn has come. */
    @FunctionalInterface
    interface Turn {

        /** The call to make now, or null if there is none left to make. */
        @CheckForNull
        QueuedCall take();
    }

    AppRegistration registration();

    /** What happened to it so far. */
    RetryPolicy attempts();

    /**
     * Makes one call of the API and blocks for as long as it takes.
     *
     * @throws DefenderException if whether to repeat it is the queue's to decide
     */
    void make() throws DefenderException;

    /** It failed with this and shall stand in the queue again after so much time. */
    void repeatAfter(Duration pause, DefenderException problem);

    /** It failed for good. */
    void fail(Throwable problem);
}
