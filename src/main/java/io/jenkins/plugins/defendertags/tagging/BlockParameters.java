package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.List;

/** The parameters of a block, which can have several tags. */
public interface BlockParameters extends TagParameters {

    /** The tags; null if {@link #getValue} is the only one. */
    @CheckForNull
    List<String> getValues();
}
