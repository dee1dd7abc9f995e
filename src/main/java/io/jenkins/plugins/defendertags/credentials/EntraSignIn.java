package io.jenkins.plugins.defendertags.credentials;

import hudson.model.Describable;
import hudson.model.Descriptor;
import io.jenkins.plugins.defendertags.client.auth.SignIn;
import java.io.Serializable;

/** How an app registration proves to be itself, as people set it up. */
public abstract class EntraSignIn implements Describable<EntraSignIn>, Serializable {

    private static final long serialVersionUID = 1;

    /**
     * @param place where to look up what this names
     * @throws IllegalArgumentException if there is no proof, with one line that says what to do
     */
    abstract SignIn toSignIn(CredentialsContext place);

    /**
     * Whether this is the identity of the controller itself. Then only a credential of Jenkins may use it, because whoever
     * can create one in a folder could act as the controller.
     */
    boolean isOfController() {
        return false;
    }

    /** Base of the ways' descriptors. */
    public abstract static class SignInDescriptor extends Descriptor<EntraSignIn> {}
}
