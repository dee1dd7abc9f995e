package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.common.StandardCredentials;
import hudson.ExtensionPoint;

/** Reads a type of credential of another plugin that holds an app registration. */
public abstract class CredentialAdapter<C extends StandardCredentials> implements ExtensionPoint {

    private final Class<C> type;

    protected CredentialAdapter(Class<C> type) {
        this.type = type;
    }

    final Class<C> type() {
        return type;
    }

    final EntraAppRegistration registrationOf(Object credential) {
        return convert(type.cast(credential));
    }

    /** @throws IllegalArgumentException if it cannot sign in to Defender, with one line that says why */
    protected abstract EntraAppRegistration convert(C credential);
}
