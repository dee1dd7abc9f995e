package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.defendertags.Messages;

/** What to do about an agent's claim to be one of Defender's machines. */
public enum VerifyAgents {
    /** Believe it. */
    OFF,
    /** Compare it with Defender's record, and say in the build's log if they differ. */
    WARN,
    /** Compare it with Defender's record, and change no tag if they differ. */
    REQUIRE;

    /** For the form. */
    @NonNull
    public String getDisplayName() {
        return switch (this) {
            case OFF -> Messages.VerifyAgents_Off();
            case WARN -> Messages.VerifyAgents_Warn();
            case REQUIRE -> Messages.VerifyAgents_Require();
        };
    }
}
