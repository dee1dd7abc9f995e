package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.auth.KeyStoreCertificate;
import io.jenkins.plugins.defendertags.client.auth.SignIn;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Signs in with a certificate, which is stored as a credential of its own. */
public final class CertificateSignIn extends EntraSignIn {

    private static final long serialVersionUID = 1;

    private final String credentialsId;
    private String alias;

    @DataBoundConstructor
    public CertificateSignIn(@CheckForNull String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    /** ID of the certificate's credential. */
    @CheckForNull
    public String getCredentialsId() {
        return credentialsId;
    }

    /** Name of the entry in the key store; null if it has only one. */
    @CheckForNull
    public String getAlias() {
        return alias;
    }

    @DataBoundSetter
    public void setAlias(@CheckForNull String alias) {
        this.alias = Util.fixEmptyAndTrim(alias);
    }

    @Override
    SignIn toSignIn(CredentialsContext context) {
        if (credentialsId == null) {
            throw new IllegalArgumentException("No certificate is chosen. Choose the credential that holds it.");
        }
        StandardCertificateCredentials found = context.find(StandardCertificateCredentials.class, credentialsId);
        if (found == null) {
            throw new IllegalArgumentException("There is no certificate with the credential ID \""
                    + SingleLine.of(credentialsId, 100)
                    + "\" that may be used here. Create a credential of the kind Certificate, or choose another.");
        }
        try {
            char[] opener = found.getPassword().getPlainText().toCharArray();
            return KeyStoreCertificate.of(found.getKeyStore(), alias, opener);
        } catch (IllegalArgumentException x) {
            throw new IllegalArgumentException(
                    "Its certificate " + SingleLine.of(credentialsId, 100) + " cannot be used. " + x.getMessage(), x);
        }
    }

    @Extension(ordinal = 3)
    @Symbol("certificate")
    public static final class DescriptorImpl extends SignInDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.CertificateSignIn_DisplayName();
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            return CredentialForms.list(
                    item,
                    credentialsId,
                    Messages.AppRegistrations_None(),
                    CredentialsMatchers.instanceOf(StandardCertificateCredentials.class));
        }

        @POST
        public FormValidation doCheckCredentialsId(@QueryParameter String credentialsId) {
            CredentialForms.checkMayEdit();
            return Util.fixEmptyAndTrim(credentialsId) == null
                    ? FormValidation.error(Messages.CertificateSignIn_Choose())
                    : FormValidation.ok();
        }

        @POST
        public FormValidation doTestConnection(
                @AncestorInPath Item item,
                @QueryParameter String cloud,
                @QueryParameter String tenantId,
                @QueryParameter String clientId,
                @QueryParameter String credentialsId,
                @QueryParameter String alias) {
            CertificateSignIn signIn = new CertificateSignIn(credentialsId);
            signIn.setAlias(alias);
            return CredentialForms.test(item, cloud, tenantId, clientId, signIn);
        }
    }
}
