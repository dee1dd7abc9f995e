package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.client.DefenderException;
import io.jenkins.plugins.defendertags.client.Problem;
import io.jenkins.plugins.defendertags.client.Topic;
import java.util.function.Consumer;

/** Leads people from an error to the section of the troubleshooting page that explains it. */
final class Troubleshooting {

    private Troubleshooting() {}

    @NonNull
    static Problem problem(@NonNull Throwable thrown) {
        Throwable cause = DefenderException.causeOf(thrown);
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        if (cause instanceof DefenderException refused) {
            return new Problem(message, refused.topic());
        }
        return new Problem(message, cause instanceof ExplainedAbortException explained ? explained.topic() : null);
    }

    @NonNull
    static AbortException abort(@NonNull Problem problem) {
        return problem.topic() == null
                ? new AbortException(problem.message())
                : new ExplainedAbortException(problem.topic(), problem.message());
    }

    /** In a line of its own, where Jenkins makes a link of the address. */
    static void tell(@NonNull Topic topic, @NonNull Consumer<String> log) {
        log.accept("More about " + topic.heading() + ": " + topic.url());
    }

    /**
     * Tells the log, if there is a section.
     *
     * @return the problem as a build can keep it, even if the plugin is gone one day
     */
    @NonNull
    static Throwable tell(@NonNull Throwable thrown, @NonNull Consumer<String> log) {
        Problem problem = problem(thrown);
        if (problem.topic() == null) {
            return thrown;
        }
        tell(problem.topic(), log);
        return new AbortException(problem.message());
    }

    /** The problem's message below a field, with a link. */
    @NonNull
    static FormValidation formError(@NonNull Exception thrown) {
        Problem problem = problem(thrown);
        Topic topic = problem.topic();
        String message = Util.escape(problem.message());
        return FormValidation.errorWithMarkup(
                topic == null
                        ? message
                        : message + " <a href=\"" + Util.escape(topic.url())
                                + "\" target=\"_blank\" rel=\"noopener noreferrer\">"
                                + Util.escape(Messages.Troubleshooting_More(topic.heading())) + "</a>");
    }
}
