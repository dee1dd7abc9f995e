package io.jenkins.plugins.defendertags.client;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;

/**
 * What went wrong.
 *
 * @param message one line that says what to do
 * @param topic where it is explained at length; null if it is not
 */
public record Problem(@NonNull String message, @CheckForNull Topic topic) {

    /** The heading of the section that explains it, to be stored; null if there is none. */
    @CheckForNull
    public String heading() {
        return topic == null ? null : topic.heading();
    }

    @Override
    public String toString() {
        return message;
    }
}
