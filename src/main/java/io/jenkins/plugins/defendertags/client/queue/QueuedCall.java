package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.time.Duration;
import java.util.Set;

/** A call that a {@link CallScheduler} makes when its turn comes. */
interface QueuedCall {

    /** A place in the scheduler's line. Which call it stands for is only decided when the call can be made. */
    interface Turn {

        /**
         * Returns the nanoseconds to wait for others to share the call; not positive for at once.
         *
         * @param probe see {@link #take(boolean)}
         */
        default long waitFor(boolean probe, long now) {
            return 0;
        }

        /**
         * Returns the call to make now, or null if there is none left to make.
         *
         * @param probe whether the call only finds out whether Defender is back, and should be a small one
         */
        @CheckForNull
        QueuedCall take(boolean probe);
    }

    /** The sign-ins that are needed; the first of them is used for the call. */
    Set<AppRegistration> registrations();

    /**
     * One of the sign-ins was refused, which ends whatever needs it.
     *
     * @return whether anything is left to send
     */
    boolean refuse(AppRegistration registration, Throwable failure);

    /** Whether the very same call may be sent again after this failure, if it is a transient one. */
    default boolean isRepeatable(DefenderException failure) {
        return true;
    }

    /** The attempts before this one. */
    RetryState retryState();

    /**
     * Makes one call of the API, applies its answer, and blocks for as long as that takes.
     *
     * @throws DefenderException if the scheduler should decide whether to retry
     */
    void send() throws DefenderException;

    /**
     * Queues what the call was about again, after this delay.
     *
     * @param answers how many calls of the scheduler were answered so far
     */
    void retry(DefenderException failure, Duration delay, long answers);

    /** Ends what the call was about with an error, which is final. */
    void fail(Throwable failure);
}
