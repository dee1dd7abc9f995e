package io.jenkins.plugins.defendertags.support;

import hudson.AbortException;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** An error in one line that the troubleshooting page explains at length. */
@Restricted(NoExternalUse.class)
public final class DocumentedAbortException extends AbortException {

    private static final long serialVersionUID = 1;

    private final ErrorCode errorCode;

    public DocumentedAbortException(ErrorCode errorCode, String message) {
        super(message);
        this.errorCode = errorCode;
    }

    /** @param cause by which conditions of a {@code retry} step can recognize what has failed */
    public DocumentedAbortException(ErrorCode errorCode, String message, Throwable cause) {
        this(errorCode, message);
        initCause(cause);
    }

    public ErrorCode errorCode() {
        return errorCode;
    }
}
