package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.time.Instant;

/**
 * What a change waits for.
 *
 * @param reason stays the same for as long as it waits for the same thing
 * @param what for people, as it reads after "waiting for"
 * @param until when that is expected to be over, or null if nobody knows
 */
public record WaitStatus(
        Reason reason, String what, @CheckForNull Instant until) {

    public enum Reason {
        /** It is being sent. */
        ANSWER,
        /** Others come first. */
        TURN,
        /** The limit of calls is used up. */
        LIMIT,
        /** Defender or Entra said, or made clear, that nothing should be sent to them for some time. */
        PAUSE,
        /** It failed, and will be tried again. */
        RETRY
    }
}
