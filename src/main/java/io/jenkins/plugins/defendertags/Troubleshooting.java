package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.client.DefenderException;
import io.jenkins.plugins.defendertags.client.Problem;
import io.jenkins.plugins.defendertags.client.Topic;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
        Topic topic = problem.topic();
        return topic == null
                ? new AbortException(problem.message())
                : new ExplainedAbortException(topic, problem.message());
    }

    /** In a line of its own, where Jenkins makes a link of the address. */
    private static void tell(@NonNull Topic topic, @NonNull Consumer<String> log) {
        log.accept("More about " + topic.heading() + ": " + topic.url());
    }

    /** The same for each section that there is, once. */
    static void tell(@NonNull Stream<Problem> problems, @NonNull Consumer<String> log) {
        problems.map(Problem::topic).filter(Objects::nonNull).distinct().forEach(topic -> tell(topic, log));
    }

    /**
     * The same for what was thrown.
     *
     * @return the problem as a build can keep it, even if the plugin is gone one day
     */
    @NonNull
    static Throwable tell(@NonNull Throwable thrown, @NonNull Consumer<String> log) {
        Problem problem = problem(thrown);
        tell(Stream.of(problem), log);
        return problem.topic() == null ? thrown : new AbortException(problem.message());
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
