package io.jenkins.plugins.defendertags.client;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;

/** A call that a {@link CallQueue} makes when its turn comes. */
interface QueuedCall {

    /** Whoever stands in the queue; which call that means is only decided when its turn has come. */
    @FunctionalInterface
    interface Turn {

        /** The call to make now, or null if there is none left to make. */
        @CheckForNull
        QueuedCall take();
    }

    @NonNull
    AppRegistration registration();

    /** What happened to it so far. */
    @NonNull
    Attempts attempts();

    /**
     * Makes one call of the API and blocks for as long as it takes.
     *
     * @throws DefenderException if whether to repeat it is the queue's to decide
     */
    void make() throws DefenderException;

    /** It failed with this and shall stand in the queue again after so much time. */
    void repeatAfter(@NonNull Duration pause, @NonNull DefenderException problem);

    /** It failed for good. */
    void fail(@NonNull Throwable problem);
}
