package io.jenkins.plugins.defendertags.credentials;

import hudson.Extension;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.client.auth.ManagedIdentity;
import io.jenkins.plugins.defendertags.client.auth.SignIn;
import java.net.URI;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Signs in as the Azure virtual machine that the controller runs on. */
public final class ManagedIdentitySignIn extends EntraSignIn {

    private static final long serialVersionUID = 1;

    /** Changed only by tests. */
    static volatile URI endpoint = ManagedIdentity.AZURE;

    @DataBoundConstructor
    public ManagedIdentitySignIn() {
        // needs no more than the credential's client ID
    }

    @Override
    boolean isOfController() {
        return true;
    }

    @Override
    SignIn toSignIn(CredentialsContext context) {
        return new ManagedIdentity(endpoint);
    }

    @Extension(ordinal = 1)
    @Symbol("managedIdentity")
    public static final class DescriptorImpl extends SignInDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.ManagedIdentitySignIn_DisplayName();
        }

        @POST
        public FormValidation doTestConnection(
                @AncestorInPath Item item, @QueryParameter String cloud, @QueryParameter String clientId) {
            return CredentialForms.test(item, cloud, null, clientId, new ManagedIdentitySignIn());
        }
    }
}
