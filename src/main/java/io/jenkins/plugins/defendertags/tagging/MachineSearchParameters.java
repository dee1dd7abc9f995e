package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** The parameters of a step that reads machines, before {@link MachineSearch} checks them. */
@Restricted(NoExternalUse.class)
public interface MachineSearchParameters {

    @CheckForNull
    String getTag();

    @CheckForNull
    String getMachine();

    @CheckForNull
    List<String> getMachines();

    @CheckForNull
    String getHealthStatus();

    @CheckForNull
    String getRiskScore();

    boolean isNotHeld();

    @CheckForNull
    String getCredentialsId();
}
