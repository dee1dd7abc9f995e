package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.client.DefenderException;
import io.jenkins.plugins.defendertags.client.Topic;
import java.util.function.Consumer;

/** Leads people from an error to the section of the troubleshooting page that explains it. */
final class Troubleshooting {

    private Troubleshooting() {}

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
    static Throwable tell(@NonNull Throwable problem, @NonNull Consumer<String> log) {
        Topic topic = topicOf(problem);
        if (topic == null) {
            return problem;
        }
        tell(topic, log);
        return new AbortException(problem.getMessage());
    }

    @CheckForNull
    private static Topic topicOf(Throwable problem) {
        if (problem instanceof DefenderException refused) {
            return refused.topic();
        }
        return problem instanceof ExplainedAbortException explained ? explained.topic() : null;
    }

    /** The problem's message below a field, with a link. */
    @NonNull
    static FormValidation formError(@NonNull Exception problem) {
        Topic topic = topicOf(problem);
        String message = Util.escape(problem.getMessage());
        return FormValidation.errorWithMarkup(
                topic == null
                        ? message
                        : message + " <a href=\"" + Util.escape(topic.url())
                                + "\" target=\"_blank\" rel=\"noopener noreferrer\">"
                                + Util.escape(Messages.Troubleshooting_More(topic.heading())) + "</a>");
    }
}
