package io.jenkins.plugins.defendertags.config;

/** What to do about an agent's claim to be one of Defender's machines. */
public enum AgentVerificationMode {
    /** Trust the agent. */
    OFF,
    /** Compare it with Defender's record, and say in the build's log if they differ. */
    WARN,
    /** Compare it with Defender's record, and change no tag if they differ. */
    REQUIRE;

    /** For the form. */
    public String getDisplayName() {
        return switch (this) {
            case OFF -> Messages.AgentVerificationMode_Off();
            case WARN -> Messages.AgentVerificationMode_Warn();
            case REQUIRE -> Messages.AgentVerificationMode_Require();
        };
    }
}
