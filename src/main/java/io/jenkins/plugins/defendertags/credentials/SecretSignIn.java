package io.jenkins.plugins.defendertags.credentials;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ClientSecret;
import io.jenkins.plugins.defendertags.client.auth.SignIn;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Signs in with a client secret. */
public final class SecretSignIn extends EntraSignIn {

    private static final long serialVersionUID = 1;

    private final Secret value;

    @DataBoundConstructor
    public SecretSignIn(@CheckForNull Secret value) {
        this.value = value;
    }

    @CheckForNull
    public Secret getValue() {
        return value;
    }

    @Override
    SignIn toSignIn(CredentialsContext context) {
        return new ClientSecret(Secret.toString(value));
    }

    @Extension(ordinal = 4)
    @Symbol("clientSecret")
    public static final class DescriptorImpl extends SignInDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.SecretSignIn_DisplayName();
        }

        @POST
        public FormValidation doCheckValue(@QueryParameter Secret value) {
            FormValidation empty = CredentialForms.check(Secret.toString(value), ClientSecret::new);
            boolean isId = AppRegistration.isGuid(Secret.toString(value));
            return isId ? FormValidation.warning(Messages.SecretSignIn_IdInsteadOfValue()) : empty;
        }

        @POST
        public FormValidation doTestConnection(
                @AncestorInPath Item item,
                @QueryParameter String cloud,
                @QueryParameter String tenantId,
                @QueryParameter String clientId,
                @QueryParameter Secret value) {
            return CredentialForms.test(item, cloud, tenantId, clientId, new SecretSignIn(value));
        }
    }
}
