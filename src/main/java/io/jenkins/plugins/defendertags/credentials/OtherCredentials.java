package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.common.StandardCredentials;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionPoint;

/** A kind of credential of another plugin that holds an app registration as well. */
public abstract class OtherCredentials<C extends StandardCredentials> implements ExtensionPoint {

    private final Class<C> type;

    protected OtherCredentials(@NonNull Class<C> type) {
        this.type = type;
    }

    @NonNull
    final Class<C> type() {
        return type;
    }

    /** @throws IllegalArgumentException if it cannot sign in to Defender, with one line that says why */
    @NonNull
    protected abstract EntraAppRegistration convert(@NonNull C credential);
}
