package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request to Defender or Entra that failed. The message is one line: what failed, what to do, and the codes to quote to
 * Microsoft's support. It never contains a secret, a token or a response body.
 */
public final class DefenderException extends Exception {

    private static final long serialVersionUID = 1;

    /** What failed, as far as the caller's next step depends on it. */
    public enum Kind {
        /** Entra issued no token: the app registration, its secret or its tenant is wrong. */
        SIGN_IN(ErrorCode.SIGN_IN_REFUSED),
        /** Defender did not accept the token (401). */
        UNAUTHORIZED(ErrorCode.UNAUTHORIZED),
        /** The app registration lacks a permission (403). */
        FORBIDDEN(ErrorCode.FORBIDDEN),
        /** Defender does not know the machine (404). */
        NOT_FOUND(ErrorCode.RESOURCE_NOT_FOUND),
        /** Defender's rate limit was exceeded (429). */
        THROTTLED(ErrorCode.TOO_MANY_REQUESTS),
        /** Defender rejected the request (other 4xx). */
        REFUSED(ErrorCode.BAD_REQUEST),
        /** Defender or Entra is temporarily unavailable (5xx, or one of Entra's transient errors). */
        UNAVAILABLE(ErrorCode.UNAVAILABLE),
        /** The server cannot be reached: unknown host, untrusted certificate, or a proxy that refuses. Nothing was sent. */
        UNREACHABLE(ErrorCode.UNREACHABLE),
        /** No complete answer: no connection, a timeout, or an answer cut short. The change may have been made. */
        NO_ANSWER(ErrorCode.NO_ANSWER),
        /** The answer is larger than any that is read. A list can be read in smaller pages. */
        TOO_LARGE(ErrorCode.NOT_UNDERSTOOD),
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
    private final ErrorCode errorCode;

    private DefenderException(Builder builder) {
        super(builder.text(), builder.cause);
        kind = builder.kind;
        code = builder.code;
        correlationId = builder.correlationId;
        retryAfter = builder.retryAfter;
        errorCode = builder.errorCode == null ? ErrorCode.of(code, kind.errorCode) : builder.errorCode;
    }

    public static Builder of(Kind kind) {
        return new Builder(kind);
    }

    /** Collects what is known about a failure. Message and remedy are required. */
    public static final class Builder {

        private final Kind kind;
        private String message;
        private String remedy;
        private String code;
        private String correlationId;
        private Duration retryAfter;
        private ErrorCode errorCode;
        private Throwable cause;

        private Builder(Kind kind) {
            this.kind = kind;
        }

        /** What failed and why, as whole sentences. */
        public Builder message(String message) {
            this.message = message;
            return this;
        }

        /** What to do, as whole sentences. */
        public Builder remedy(String remedy) {
            this.remedy = remedy;
            return this;
        }

        /** Defender's code, such as {@code ResourceNotFound}, or Entra's, such as {@code AADSTS7000215}. */
        public Builder code(@CheckForNull String code) {
            this.code = code;
            return this;
        }

        /** The ID to quote to Microsoft's support. */
        public Builder correlationId(@CheckForNull String correlationId) {
            this.correlationId = correlationId;
            return this;
        }

        /** How long Defender or Entra asked to wait before the next request. */
        public Builder retryAfter(@CheckForNull Duration retryAfter) {
            this.retryAfter = retryAfter;
            return this;
        }

        /** The section of the troubleshooting page, if it is not the one of code and kind. */
        public Builder errorCode(@CheckForNull ErrorCode errorCode) {
            this.errorCode = errorCode;
            return this;
        }

        public Builder cause(@CheckForNull Throwable cause) {
            this.cause = cause;
            return this;
        }

        public DefenderException build() {
            return new DefenderException(this);
        }

        private String text() {
            String codes = Stream.of(
                            code == null ? null : "code " + code,
                            correlationId == null ? null : "correlation ID " + correlationId)
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining(", "));
            return Objects.requireNonNull(message, "message") + " " + Objects.requireNonNull(remedy, "remedy")
                    + (codes.isEmpty() ? "" : " [" + codes + "]");
        }
    }

    /**
     * A change or read that did not succeed before its deadline.
     *
     * @param last the error of its last attempt, or null if it was never sent
     */
    public static DefenderException deadlineExceeded(@CheckForNull DefenderException last, Duration deadline) {
        String time = deadline.toMinutes() > 1 ? deadline.toMinutes() + " minutes" : deadline.toSeconds() + " seconds";
        if (last == null) {
            return of(Kind.THROTTLED)
                    .message("Given up after " + time
                            + ", since other builds used up the rate limit of this app registration.")
                    .remedy(
                            "Use another app registration for some of them, or raise the deadline in Manage Jenkins > System >"
                                    + " Defender Tags.")
                    .errorCode(ErrorCode.DEADLINE_EXCEEDED)
                    .build();
        }
        return of(last.kind)
                .message("Given up after " + time + ". The last error:")
                .remedy(last.getMessage())
                .errorCode(last.errorCode)
                .cause(last)
                .build();
    }

    /** Returns the original exception, where a {@link java.util.concurrent.CompletableFuture} has wrapped it. */
    public static Throwable unwrap(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? unwrap(thrown.getCause()) : thrown;
    }

    /** Returns whether Defender answered that it does not know the machine. A new machine may still appear. */
    public static boolean isUnknownMachine(Throwable thrown) {
        return unwrap(thrown) instanceof DefenderException failure && failure.kind == Kind.NOT_FOUND;
    }

    public Kind kind() {
        return kind;
    }

    /** Defender's code, such as {@code ResourceNotFound}, or Entra's, such as {@code AADSTS7000215}. */
    @CheckForNull
    public String code() {
        return code;
    }

    /** The section of the troubleshooting page that explains the failure. */
    public ErrorCode errorCode() {
        return errorCode;
    }

    /** How long to wait before the next request, or null if the answer did not say. */
    @CheckForNull
    public Duration retryAfter() {
        return retryAfter;
    }

    /** The ID to quote to Microsoft's support, or null if the answer had none. */
    @CheckForNull
    public String correlationId() {
        return correlationId;
    }
}
