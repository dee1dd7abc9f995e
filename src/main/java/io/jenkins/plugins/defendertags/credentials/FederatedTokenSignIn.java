package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.auth.FederatedToken;
import io.jenkins.plugins.defendertags.client.auth.FederatedTokenFile;
import io.jenkins.plugins.defendertags.client.auth.FederatedTokenSource;
import io.jenkins.plugins.defendertags.client.auth.SignIn;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Signs in with a token of an issuer that Entra trusts: Jenkins itself, or the platform that runs the controller, such as Kubernetes. */
public final class FederatedTokenSignIn extends EntraSignIn {

    private static final long serialVersionUID = 1;
    private static final String VARIABLE = "AZURE_FEDERATED_TOKEN_FILE";
    private static final int MAX_BYTES = 64 << 10;

    private String credentialsId;

    @DataBoundConstructor
    public FederatedTokenSignIn() {
        // every field is optional
    }

    /** ID of the secret text or file that holds the token; null for the file that the controller's environment names. */
    @CheckForNull
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(@CheckForNull String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    @Override
    boolean isOfController() {
        return credentialsId == null;
    }

    @Override
    SignIn toSignIn(CredentialsContext context) {
        if (credentialsId == null) {
            return ofController();
        }
        StandardCredentials found = find(context);
        FederatedToken first = readToken(found);
        return new FederatedTokenSource(identity(context, found, first), () -> readToken(find(context)));
    }

    private StandardCredentials find(CredentialsContext context) {
        StandardCredentials found = context.find(StandardCredentials.class, credentialsId);
        if (found == null) {
            throw new IllegalArgumentException("There is no federated token with the credential ID \""
                    + SingleLine.of(credentialsId, 100)
                    + "\" that may be used here. Create a credential of the kind Secret text, Secret file or OpenID Connect"
                    + " id token, or choose another.");
        }
        return found;
    }

    private FederatedToken readToken(StandardCredentials found) {
        try {
            return new FederatedToken(read(found));
        } catch (IOException | RuntimeException x) { // plugins that issue tokens throw whatever they like
            throw new IllegalArgumentException(
                    "Its federated token " + SingleLine.of(credentialsId, 100) + " cannot be used. "
                            + SingleLine.of(x.getMessage(), 300),
                    x);
        }
    }

    /**
     * A stored token proves what it contains. One that a plugin issues for each build is another text each time: the credential
     * that issues it, and what it claims, say what it proves.
     */
    private static String identity(CredentialsContext context, StandardCredentials found, FederatedToken token) {
        CredentialPlace place = isStored(found) ? CredentialPlace.OTHER : context.placeOfOriginal(found);
        return place.kind() == CredentialPlace.Kind.OTHER
                ? token.value()
                : String.join(
                        "\n", place.toString(), found.getId(), found.getClass().getName(), token.claims());
    }

    private static boolean isStored(StandardCredentials found) {
        return found.getClass().getPackageName().equals(StringCredentialsImpl.class.getPackageName());
    }

    private static FederatedTokenFile ofController() {
        String file = Util.fixEmptyAndTrim(EnvVars.masterEnvVars.get(VARIABLE));
        if (file == null) {
            throw new IllegalArgumentException("The controller's environment has no " + VARIABLE
                    + ". Choose a credential that holds the federated token, or set that variable.");
        }
        return new FederatedTokenFile(Path.of(file));
    }

    private static String read(StandardCredentials credential) throws IOException {
        if (credential instanceof StringCredentials text) {
            return text.getSecret().getPlainText();
        }
        if (credential instanceof FileCredentials file) {
            try (InputStream content = file.getContent()) {
                return new String(content.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
            }
        }
        throw new IllegalArgumentException("It is neither a secret text nor a secret file. Choose another.");
    }

    @Extension(ordinal = 2)
    @Symbol("federatedToken")
    public static final class DescriptorImpl extends SignInDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.FederatedTokenSignIn_DisplayName();
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            return CredentialForms.list(
                    item,
                    credentialsId,
                    Messages.FederatedTokenSignIn_OfController(),
                    CredentialsMatchers.anyOf(
                            CredentialsMatchers.instanceOf(StringCredentials.class),
                            CredentialsMatchers.instanceOf(FileCredentials.class)));
        }

        @POST
        public FormValidation doCheckCredentialsId(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            CredentialForms.checkMayEdit();
            if (Util.fixEmptyAndTrim(credentialsId) != null) {
                return FormValidation.ok();
            }
            return item == null
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.FederatedTokenSignIn_ChooseInFolder());
        }

        @POST
        public FormValidation doTestConnection(
                @AncestorInPath Item item,
                @QueryParameter String cloud,
                @QueryParameter String tenantId,
                @QueryParameter String clientId,
                @QueryParameter String credentialsId) {
            FederatedTokenSignIn signIn = new FederatedTokenSignIn();
            signIn.setCredentialsId(credentialsId);
            return CredentialForms.test(item, cloud, tenantId, clientId, signIn);
        }
    }
}
