package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/**
 * A request to Defender or Entra that failed. The message is one line: what failed, why, what to do, and the codes to
 * quote to Microsoft's support. It never holds a secret, a token or a response body.
 */
public final class DefenderException extends Exception {

    private static final long serialVersionUID = 1;

    /** What failed, as far as it matters to whoever decides what to do next. */
    public enum Kind {
        /** Entra gave no token: the app registration, its secret or its tenant is wrong. */
        SIGN_IN(ErrorCode.SIGN_IN_REFUSED),
        /** Defender did not accept the token (401). */
        UNAUTHORIZED(ErrorCode.UNAUTHORIZED),
        /** The app registration lacks a permission (403). */
        FORBIDDEN(ErrorCode.FORBIDDEN),
        /** Defender does not know the machine (404). */
        NOT_FOUND(ErrorCode.RESOURCE_NOT_FOUND),
        /** Defender's limit of calls is used up (429). */
        THROTTLED(ErrorCode.TOO_MANY_REQUESTS),
        /** Defender did not understand the request (other 4xx). */
        REFUSED(ErrorCode.BAD_REQUEST),
        /** Defender or Entra is in trouble (5xx, or a passing error of Entra). */
        UNAVAILABLE(ErrorCode.UNAVAILABLE),
        /** There is no way to them: unknown host, untrusted certificate, or a proxy that refuses. Nothing was sent. */
        UNREACHABLE(ErrorCode.UNREACHABLE),
        /** No complete answer: no connection, too slow, or cut short. The change may have been made. */
        NO_ANSWER(ErrorCode.NO_ANSWER),
        /** An answer that is not Defender's or Entra's, such as a gateway's HTML page. */
        NOT_UNDERSTOOD(ErrorCode.NOT_UNDERSTOOD);

        private final ErrorCode errorCode;

        Kind(ErrorCode errorCode) {
            this.errorCode = errorCode;
        }
    }

    private final Kind kind;
    private final String code;
    private final String correlationId;
    private final Duration retryAfter;
    private ErrorCode errorCode;

    /**
     * @param kind what failed
     * @param message what failed and why
     * @param remedy what to do, in whole sentences
     * @param code Defender's or Entra's code, if there is one
     * @param correlationId to quote to Microsoft's support, if there is one
     */
    public DefenderException(
            Kind kind,
            String message,
            String remedy,
            @CheckForNull String code,
            @CheckForNull String correlationId,
            @CheckForNull Throwable cause) {
        this(kind, message, remedy, code, correlationId, null, cause);
    }

    /** @param retryAfter how long not to ask again, as far as Defender or Entra told */
    public DefenderException(
            Kind kind,
            String message,
            String remedy,
            @CheckForNull String code,
            @CheckForNull String correlationId,
            @CheckForNull Duration retryAfter,
            @CheckForNull Throwable cause) {
        super(message + " " + remedy + suffix(code, correlationId), cause);
        this.kind = kind;
        this.code = code;
        this.correlationId = correlationId;
        this.retryAfter = retryAfter;
        errorCode = ErrorCode.of(code, kind.errorCode);
    }

    /** Has it explained elsewhere than kind and code would have it; before it is thrown. */
    public DefenderException about(ErrorCode closer) {
        errorCode = closer;
        return this;
    }

    /** Nothing came of it in so much time; the last problem is told, if there was one. */
    public static DefenderException deadlineOver(@CheckForNull DefenderException last, Duration time) {
        String message = "This was given up after "
                + (time.toMinutes() > 1 ? time.toMinutes() + " minutes." : time.toSeconds() + " seconds.");
        return last == null
                ? new DefenderException(
                                Kind.THROTTLED,
                                message,
                                "Its limit of calls is used up by other builds: use another app registration for some of them, or"
                                        + " raise the deadline in Manage Jenkins > System > Defender Tags.",
                                null,
                                null,
                                null)
                        .about(ErrorCode.DEADLINE_OVER)
                : new DefenderException(last.kind, message + " The last problem:", last.getMessage(), null, null, last)
                        .about(last.errorCode);
    }

    private static String suffix(String code, String correlationId) {
        String codes = (code == null ? "" : "code " + code)
                + (code == null || correlationId == null ? "" : ", ")
                + (correlationId == null ? "" : "correlation ID " + correlationId);
        return codes.isEmpty() ? "" : " [" + codes + "]";
    }

    /** What really went wrong, where a {@link java.util.concurrent.CompletableFuture} has wrapped it. */
    public static Throwable causeOf(Throwable problem) {
        return problem instanceof CompletionException && problem.getCause() != null
                ? causeOf(problem.getCause())
                : problem;
    }

    /** Whether Defender said that it does not know the machine, or not yet. */
    public static boolean isUnknownMachine(Throwable problem) {
        return causeOf(problem) instanceof DefenderException refused && refused.kind == Kind.NOT_FOUND;
    }

    public Kind kind() {
        return kind;
    }

    /** Defender's code such as {@code ResourceNotFound}, or Entra's such as {@code AADSTS7000215}. */
    @CheckForNull
    public String code() {
        return code;
    }

    /** Where it is explained at length. */
    public ErrorCode errorCode() {
        return errorCode;
    }

    /** How long not to ask again, or null if the answer did not tell. */
    @CheckForNull
    public Duration retryAfter() {
        return retryAfter;
    }

    @CheckForNull
    public String correlationId() {
        return correlationId;
    }
}
