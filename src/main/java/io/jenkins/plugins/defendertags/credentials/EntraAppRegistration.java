package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.CredentialsNameProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.NameWith;
import com.cloudbees.plugins.credentials.impl.BaseStandardCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.model.Documentation;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.support.DocumentedAbortException;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A Jenkins credential that holds a Microsoft Entra app registration or a managed identity. */
@NameWith(EntraAppRegistration.NameProvider.class)
public final class EntraAppRegistration extends BaseStandardCredentials {

    private static final long serialVersionUID = 1;

    private final String tenantId;
    private final String clientId;
    private final EntraSignIn signIn;
    private String cloud = Cloud.DEFAULT_ID;

    private transient CredentialsContext context;
    private transient CredentialPlace place;

    @DataBoundConstructor
    public EntraAppRegistration(
            @CheckForNull CredentialsScope scope,
            @CheckForNull String id,
            @CheckForNull String description,
            @CheckForNull String tenantId,
            @CheckForNull String clientId,
            @CheckForNull EntraSignIn signIn) {
        super(scope, id, description);
        this.tenantId = Util.fixNull(tenantId).strip();
        this.clientId = Util.fixNull(clientId).strip();
        this.signIn = signIn;
    }

    /** A file may lack any field: what is missing is reported when the credential is used. */
    private Object readResolve() {
        EntraAppRegistration complete =
                new EntraAppRegistration(getScope(), getId(), getDescription(), tenantId, clientId, signIn);
        complete.setCloud(cloud);
        return complete;
    }

    /** Empty only for a managed identity. */
    public String getTenantId() {
        return tenantId;
    }

    /** Empty only for a managed identity that is the controller's only one. */
    public String getClientId() {
        return clientId;
    }

    @CheckForNull
    public EntraSignIn getSignIn() {
        return signIn;
    }

    /** ID of a preset or custom cloud. */
    public String getCloud() {
        return cloud;
    }

    @DataBoundSetter
    public void setCloud(@CheckForNull String cloud) {
        String chosen = Util.fixEmptyAndTrim(cloud);
        this.cloud = chosen == null ? Cloud.DEFAULT_ID : chosen;
    }

    boolean isOfController() {
        return signIn != null && signIn.isOfController();
    }

    /** Returns a copy that knows where it was found, and looks up what it names in that context. */
    EntraAppRegistration found(CredentialPlace where, CredentialsContext inContext) {
        EntraAppRegistration copy =
                new EntraAppRegistration(getScope(), getId(), getDescription(), tenantId, clientId, signIn);
        copy.cloud = cloud;
        copy.place = where;
        copy.context = inContext;
        return copy;
    }

    /**
     * Returns what this credential stands for, so that it can be found again with {@link AppRegistrations#find(
     * CredentialBinding, hudson.model.Run)} when the build that uses it is over.
     *
     * @throws AbortException if it cannot be found again
     */
    public CredentialBinding binding() throws AbortException {
        if (place == null || place.kind() == CredentialPlace.Kind.OTHER && getScope() == CredentialsScope.USER) {
            throw new DocumentedAbortException(
                    ErrorCode.CREDENTIAL_UNUSABLE,
                    "The credential " + getId()
                            + " cannot be used for a tag that is to be removed later: it belongs to a"
                            + " user who did not start this build, so Jenkins would not find it again. Use a credential of"
                            + " the folder or of Jenkins.");
        }
        return new CredentialBinding(getId(), place.toString(), tenantId, clientId);
    }

    /**
     * Looks up what it names, such as its certificate, for the build that it was found for, or else for Jenkins itself.
     *
     * @throws AbortException if the credential is not complete, with a message that says what to enter
     */
    public AppRegistration toAppRegistration() throws AbortException {
        try {
            AppRegistration registration = lookUp(context == null ? CredentialsContext.of((Item) null) : context);
            if (place != null && place.kind() != CredentialPlace.Kind.OTHER) {
                UsedCredentials.get().add(binding(), registration);
            }
            return registration;
        } catch (IllegalArgumentException x) {
            throw new DocumentedAbortException(
                    ErrorCode.CREDENTIAL_UNUSABLE, "The credential " + getId() + " cannot be used. " + x.getMessage());
        }
    }

    /** @throws IllegalArgumentException if something is missing, with a message that says what to enter */
    AppRegistration lookUp(CredentialsContext where) {
        Cloud found = CredentialSettings.get()
                .findCloud(cloud)
                .orElseThrow(() -> new IllegalArgumentException("There is no usable cloud \"" + SingleLine.of(cloud, 60)
                        + "\". Choose another cloud, or define this one in Manage Jenkins > System > Defender Tags."));
        if (signIn == null) {
            throw new IllegalArgumentException("It has no sign-in method. Choose one.");
        }
        return new AppRegistration(found, tenantId, clientId, signIn.toSignIn(where));
    }

    /** What lists of credentials show: what people recognize comes before the GUID. */
    public static final class NameProvider extends CredentialsNameProvider<EntraAppRegistration> {

        @Override
        public String getName(EntraAppRegistration credential) {
            String description = Util.fixEmptyAndTrim(credential.getDescription());
            String title = description != null || AppRegistration.isGuid(credential.getId())
                    ? description
                    : credential.getId();
            String cloud = CredentialSettings.get()
                    .findCloud(credential.cloud)
                    .map(Cloud::displayName)
                    .orElse(credential.cloud);
            String application =
                    credential.clientId.isEmpty() ? Messages.ManagedIdentitySignIn_DisplayName() : credential.clientId;
            return (title == null ? "" : title + " - ") + cloud + " - " + application;
        }
    }

    @Extension
    @Symbol("entraAppRegistration")
    public static final class DescriptorImpl extends BaseStandardCredentialsDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.EntraAppRegistration_DisplayName();
        }

        /** The page that explains how to create one, in the documentation of this version. */
        public String getGettingStartedUrl() {
            return Documentation.url("getting-started.md");
        }

        @Override
        public String getIconClassName() {
            return "symbol-id-card";
        }

        @POST
        public ListBoxModel doFillCloudItems() {
            CredentialForms.checkMayEdit();
            ListBoxModel items = new ListBoxModel();
            CredentialSettings.get().clouds().forEach(cloud -> items.add(cloud.displayName(), cloud.id()));
            return items;
        }

        @POST
        public FormValidation doCheckTenantId(@QueryParameter String tenantId, @QueryParameter String clientId) {
            FormValidation wrong = CredentialForms.check(tenantId, AppRegistration::checkTenantId);
            String tenant = Util.fixEmptyAndTrim(tenantId);
            if (tenant == null) {
                return onlyForManagedIdentities();
            }
            return AppRegistration.isGuid(tenant) && tenant.equalsIgnoreCase(Util.fixEmptyAndTrim(clientId))
                    ? FormValidation.warning(Messages.EntraAppRegistration_SameIds())
                    : wrong;
        }

        @POST
        public FormValidation doCheckClientId(@QueryParameter String clientId) {
            FormValidation wrong = CredentialForms.check(clientId, AppRegistration::checkClientId);
            String client = Util.fixEmptyAndTrim(clientId);
            if (client == null) {
                return onlyForManagedIdentities();
            }
            return client.matches("[\\w-]+(\\.[\\w-]+)+")
                    ? FormValidation.error(Messages.EntraAppRegistration_DomainInsteadOfClientId())
                    : wrong;
        }

        private static FormValidation onlyForManagedIdentities() {
            return FormValidation.warning(Messages.EntraAppRegistration_EmptyForManagedIdentityOnly());
        }
    }
}
