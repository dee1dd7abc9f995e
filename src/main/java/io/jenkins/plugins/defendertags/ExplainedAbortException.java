package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import io.jenkins.plugins.defendertags.client.Topic;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** An error in one line that the troubleshooting page explains at length. */
@Restricted(NoExternalUse.class)
public final class ExplainedAbortException extends AbortException {

    private static final long serialVersionUID = 1;

    private final Topic topic;

    public ExplainedAbortException(@NonNull Topic topic, @NonNull String message) {
        super(message);
        this.topic = topic;
    }

    @NonNull
    public Topic topic() {
        return topic;
    }
}
