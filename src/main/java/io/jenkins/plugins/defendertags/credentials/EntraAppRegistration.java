package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.CredentialsNameProvider;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.NameWith;
import com.cloudbees.plugins.credentials.impl.BaseStandardCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.security.AccessControlled;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.DefenderConfiguration;
import io.jenkins.plugins.defendertags.Messages;
import io.jenkins.plugins.defendertags.client.AppRegistration;
import io.jenkins.plugins.defendertags.client.ClientSecret;
import io.jenkins.plugins.defendertags.client.Cloud;
import io.jenkins.plugins.defendertags.client.OneLine;
import java.util.function.Consumer;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.verb.POST;

/** A Microsoft Entra app registration with its client secret, as a Jenkins credential. */
@NameWith(EntraAppRegistration.NameProvider.class)
public final class EntraAppRegistration extends BaseStandardCredentials {

    private static final long serialVersionUID = 1;

    private final String tenantId;
    private final String clientId;
    private final Secret clientSecret;
    private String cloud = Cloud.DEFAULT_ID;

    @DataBoundConstructor
    public EntraAppRegistration(
            @CheckForNull CredentialsScope scope,
            @CheckForNull String id,
            @CheckForNull String description,
            @CheckForNull String tenantId,
            @CheckForNull String clientId,
            @CheckForNull Secret clientSecret) {
        super(scope, id, description);
        this.tenantId = Util.fixNull(tenantId).strip();
        this.clientId = Util.fixNull(clientId).strip();
        this.clientSecret = clientSecret;
    }

    @NonNull
    public String getTenantId() {
        return tenantId;
    }

    @NonNull
    public String getClientId() {
        return clientId;
    }

    @CheckForNull
    public Secret getClientSecret() {
        return clientSecret;
    }

    /** ID of a preset or custom cloud. */
    @NonNull
    public String getCloud() {
        return cloud;
    }

    @DataBoundSetter
    public void setCloud(@CheckForNull String cloud) {
        String chosen = Util.fixEmptyAndTrim(cloud);
        this.cloud = chosen == null ? Cloud.DEFAULT_ID : chosen;
    }

    /** @throws AbortException if the credential is not complete, with a message that says what to enter */
    @NonNull
    public AppRegistration toAppRegistration() throws AbortException {
        Cloud found = DefenderConfiguration.get()
                .findCloud(cloud)
                .orElseThrow(() -> new AbortException("The credential " + getId() + " names the cloud \""
                        + OneLine.of(cloud, 60) + "\", which does not exist. Choose another one there, or define it in"
                        + " Manage Jenkins > System > Defender Tags."));
        try {
            return new AppRegistration(found, tenantId, clientId, new ClientSecret(Secret.toString(clientSecret)));
        } catch (IllegalArgumentException x) {
            throw new AbortException("The credential " + getId() + " cannot be used. " + x.getMessage());
        }
    }

    /** What lists of credentials show. */
    public static final class NameProvider extends CredentialsNameProvider<EntraAppRegistration> {

        @NonNull
        @Override
        public String getName(@NonNull EntraAppRegistration credential) {
            String description = Util.fixEmptyAndTrim(credential.getDescription());
            return credential.getClientId() + (description == null ? "" : " (" + description + ")");
        }
    }

    @Extension
    @Symbol("entraAppRegistration")
    public static final class DescriptorImpl extends BaseStandardCredentialsDescriptor {

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.EntraAppRegistration_DisplayName();
        }

        @Override
        public String getIconClassName() {
            return "symbol-id-card";
        }

        @POST
        public ListBoxModel doFillCloudItems() {
            checkMayEditCredentials();
            ListBoxModel items = new ListBoxModel();
            DefenderConfiguration.get().clouds().forEach(cloud -> items.add(cloud.displayName(), cloud.id()));
            return items;
        }

        @POST
        public FormValidation doCheckTenantId(@QueryParameter String tenantId) {
            return check(tenantId, AppRegistration::checkTenantId);
        }

        @POST
        public FormValidation doCheckClientId(@QueryParameter String clientId) {
            return check(clientId, AppRegistration::checkClientId);
        }

        @POST
        public FormValidation doCheckClientSecret(@QueryParameter Secret clientSecret) {
            FormValidation empty = check(Secret.toString(clientSecret), ClientSecret::new);
            boolean isId = AppRegistration.isGuid(Secret.toString(clientSecret));
            return isId ? FormValidation.warning(Messages.EntraAppRegistration_SecretIdInsteadOfValue()) : empty;
        }

        private static FormValidation check(@CheckForNull String text, Consumer<String> parse) {
            checkMayEditCredentials();
            try {
                parse.accept(Util.fixNull(text).strip());
                return FormValidation.ok();
            } catch (IllegalArgumentException x) {
                return FormValidation.error(x.getMessage());
            }
        }

        /** In the folder, user or system whose credential is being edited. */
        private static void checkMayEditCredentials() {
            AccessControlled context = Stapler.getCurrentRequest2().findAncestorObject(AccessControlled.class);
            (context == null ? Jenkins.get() : context)
                    .checkAnyPermission(CredentialsProvider.CREATE, CredentialsProvider.UPDATE);
        }
    }
}
