package io.jenkins.plugins.defendertags.support;

import hudson.AbortException;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.Problem;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Leads people from an error to the section of the troubleshooting page that explains it. */
public final class Troubleshooting {

    private Troubleshooting() {}

    public static Problem problem(Throwable thrown) {
        Throwable cause = DefenderException.unwrap(thrown);
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        if (cause instanceof DefenderException refused) {
            return new Problem(message, refused.errorCode());
        }
        return new Problem(message, cause instanceof DocumentedAbortException explained ? explained.errorCode() : null);
    }

    public static AbortException abort(Problem problem) {
        ErrorCode errorCode = problem.errorCode();
        return errorCode == null
                ? new AbortException(problem.message())
                : new DocumentedAbortException(errorCode, problem.message());
    }

    /** In a line of its own, where Jenkins makes a link of the address. */
    private static void tell(ErrorCode errorCode, Consumer<String> log) {
        log.accept("More about " + errorCode.code() + ": " + errorCode.url());
    }

    /** The same for each section that there is, once. */
    public static void tell(Stream<Problem> problems, Consumer<String> log) {
        problems.map(Problem::errorCode).filter(Objects::nonNull).distinct().forEach(errorCode -> tell(errorCode, log));
    }

    /**
     * The same for what was thrown.
     *
     * @return the problem as a build can keep it, even if the plugin is gone one day
     */
    public static Throwable tell(Throwable thrown, Consumer<String> log) {
        Problem problem = problem(thrown);
        tell(Stream.of(problem), log);
        if (problem.errorCode() == null) {
            return thrown;
        }
        AbortException kept = new AbortException(problem.message());
        if (thrown instanceof AbortException) { // else the cause is the plugin's own
            kept.initCause(thrown.getCause());
        }
        return kept;
    }

    /** The problem's message below a field, with a link. */
    public static FormValidation formError(Exception thrown) {
        Problem problem = problem(thrown);
        ErrorCode errorCode = problem.errorCode();
        String message = Util.escape(problem.message());
        return FormValidation.errorWithMarkup(
                errorCode == null
                        ? message
                        : message + " <a href=\"" + Util.escape(errorCode.url())
                                + "\" target=\"_blank\" rel=\"noopener noreferrer\">"
                                + Util.escape(Messages.Troubleshooting_More(errorCode.code())) + "</a>");
    }
}
