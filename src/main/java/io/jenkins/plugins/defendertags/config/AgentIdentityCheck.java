package io.jenkins.plugins.defendertags.config;

/** What to do about an agent's claim to be one of Defender's machines. */
public enum AgentIdentityCheck {
    /** Believe it. */
    OFF,
    /** Compare it with Defender's record, and say in the build's log if they differ. */
    WARN,
    /** Compare it with Defender's record, and change no tag if they differ. */
    REQUIRE;

    /** For the form. */
    public String getDisplayName() {
        return switch (this) {
            case OFF -> Messages.AgentIdentityCheck_Off();
            case WARN -> Messages.AgentIdentityCheck_Warn();
            case REQUIRE -> Messages.AgentIdentityCheck_Require();
        };
    }
}
