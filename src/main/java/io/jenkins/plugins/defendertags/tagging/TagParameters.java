package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The parameters of a step that adds or removes tags, before {@link TagRequestParser} checks them. */
@Restricted(NoExternalUse.class)
public interface TagParameters {

    String getAction();

    @CheckForNull
    String getValue();

    @CheckForNull
    String getMachine();

    @CheckForNull
    List<String> getMachines();

    @CheckForNull
    String getCredentialsId();

    boolean isPickNewest();

    /** In minutes. */
    int getWaitForMachine();

    String getOnError();

    boolean isDryRun();

    /** How long an added tag stays, such as {@code 24h}; null for good. */
    @CheckForNull
    default String getKeepFor() {
        return null;
    }

    /** Whether {@link #getMachines} may be an empty list, so that there is nothing to do. */
    default boolean isAllowEmpty() {
        return false;
    }
}
