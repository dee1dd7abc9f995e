package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;

/**
 * An error to show to users.
 *
 * @param message one line that says what to do
 * @param errorCode the section of the troubleshooting page, or null if there is none
 */
public record Problem(String message, @CheckForNull ErrorCode errorCode) {

    /** Returns the error code for storing, or null if there is none. */
    @CheckForNull
    public String code() {
        return errorCode == null ? null : errorCode.code();
    }

    @Override
    public String toString() {
        return message;
    }
}
