package io.jenkins.plugins.defendertags.record;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Cause;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.util.List;

/** Who or what started a build. */
public final class Requester {

    private static final int SHOWN = 100;

    private Requester() {}

    /** The ID of the user who started the build, else what did, in the words of its cause; null if nobody knows. */
    @CheckForNull
    public static String of(Run<?, ?> build) {
        Cause.UserIdCause user = build.getCause(Cause.UserIdCause.class);
        if (user != null && user.getUserId() != null) {
            return SingleLine.of(user.getUserId(), SHOWN);
        }
        List<Cause> causes = build.getCauses();
        return causes.isEmpty() ? null : SingleLine.of(causes.get(0).getShortDescription(), SHOWN);
    }
}
