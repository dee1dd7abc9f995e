package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** What the Pipeline step and the freestyle build step have in common; {@link TagRequest} checks it. */
@Restricted(NoExternalUse.class)
public interface TagParameters {

    String getAction();

    String getValue();

    @CheckForNull
    String getMachine();

    @CheckForNull
    List<String> getMachines();

    @CheckForNull
    String getCredentialsId();

    boolean isPickNewest();

    int getWaitForMachine();

    String getOnError();

    boolean isDryRun();

    /** For a text area. */
    default String getMachineLines() {
        return getMachines() == null ? "" : String.join("\n", getMachines());
    }
}
