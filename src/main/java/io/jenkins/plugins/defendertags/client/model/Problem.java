package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;

/**
 * What went wrong.
 *
 * @param message one line that says what to do
 * @param errorCode where it is explained at length; null if it is not
 */
public record Problem(String message, @CheckForNull ErrorCode errorCode) {

    /** The heading of the section that explains it, to be stored; null if there is none. */
    @CheckForNull
    public String code() {
        return errorCode == null ? null : errorCode.code();
    }

    @Override
    public String toString() {
        return message;
    }
}
