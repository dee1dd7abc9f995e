package io.jenkins.plugins.defendertags.credentials;

import hudson.model.Describable;
import hudson.model.Descriptor;
import io.jenkins.plugins.defendertags.client.auth.SignIn;
import java.io.Serializable;

/** How an app registration signs in: the part of the form that differs between methods. */
public abstract class EntraSignIn implements Describable<EntraSignIn>, Serializable {

    private static final long serialVersionUID = 1;

    /**
     * @param context where credentials that this names are looked up
     * @throws IllegalArgumentException if something is missing or unusable, with one line that says what to do
     */
    abstract SignIn toSignIn(CredentialsContext context);

    /**
     * Returns whether this is the identity of the controller itself. Only a credential in {@code Manage Jenkins >
     * Credentials} may use it: otherwise whoever can create credentials in a folder could act as the controller.
     */
    boolean isOfController() {
        return false;
    }

    /** Base of the descriptors of all sign-in methods. */
    public abstract static class SignInDescriptor extends Descriptor<EntraSignIn> {}
}
