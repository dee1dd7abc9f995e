package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.DefenderConfiguration;
import io.jenkins.plugins.defendertags.Messages;
import io.jenkins.plugins.defendertags.client.OneLine;
import java.util.List;
import jenkins.model.Jenkins;

/** Lists app registrations for forms and finds them for builds, by the same rules. */
public final class AppRegistrations {

    /** None: a domain is about hosts, and which host is called depends on the credential itself. */
    private static final List<DomainRequirement> REQUIREMENTS = List.of();

    private AppRegistrations() {}

    /**
     * Finds the app registration for a build and notes its use. Folder credentials are found where the job may use them.
     *
     * @param credentialsId null for the default of the global configuration
     * @throws AbortException if there is none, with a message that says what to do
     */
    @NonNull
    public static EntraAppRegistration find(@NonNull Run<?, ?> run, @CheckForNull String credentialsId)
            throws AbortException {
        String id = credentialsId != null
                ? credentialsId
                : DefenderConfiguration.get().getDefaultCredentialsId();
        if (id == null) {
            throw new AbortException("No app registration is chosen. Give credentialsId, or set the default one in"
                    + " Manage Jenkins > System > Defender Tags.");
        }
        EntraAppRegistration credential =
                CredentialsProvider.findCredentialById(id, EntraAppRegistration.class, run, REQUIREMENTS);
        if (credential == null) {
            throw new AbortException("This job has no Entra app registration with the credential ID \""
                    + OneLine.of(id, 100)
                    + "\". Create it in the job's folder or in Manage Jenkins > Credentials, or choose another.");
        }
        CredentialsProvider.track(run, credential);
        return credential;
    }

    /**
     * Finds the default app registration for Jenkins itself, where no job asks.
     *
     * @throws AbortException if there is none, with a message that says what to do
     */
    @NonNull
    public static EntraAppRegistration findDefault() throws AbortException {
        String id = DefenderConfiguration.get().getDefaultCredentialsId();
        if (id == null) {
            throw new AbortException(
                    "No default app registration is chosen. Set one in" + " Manage Jenkins > System > Defender Tags.");
        }
        return CredentialsProvider.lookupCredentialsInItemGroup(
                        EntraAppRegistration.class, Jenkins.get(), ACL.SYSTEM2, REQUIREMENTS)
                .stream()
                .filter(credential -> credential.getId().equals(id))
                .findFirst()
                .orElseThrow(() -> new AbortException("Jenkins has no Entra app registration with the credential ID \""
                        + OneLine.of(id, 100) + "\". Create it in Manage Jenkins > Credentials, or choose another in"
                        + " Manage Jenkins > System > Defender Tags."));
    }

    /**
     * Fills a form's list with what jobs there can use.
     *
     * @param item the job or folder, or null for the global configuration
     * @param currentOrNull what is chosen, kept in the list whatever it is
     */
    @NonNull
    public static ListBoxModel list(@CheckForNull Item item, @CheckForNull String currentOrNull) {
        String current = Util.fixNull(currentOrNull);
        StandardListBoxModel items = new StandardListBoxModel();
        boolean allowed = item == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : item.hasPermission(Item.EXTENDED_READ) || item.hasPermission(CredentialsProvider.USE_ITEM);
        if (!allowed) {
            return items.includeCurrentValue(current);
        }
        items.add(item == null ? Messages.AppRegistrations_None() : Messages.AppRegistrations_Default(), "");
        return items.includeMatchingAs(
                        item instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2,
                        item,
                        EntraAppRegistration.class,
                        REQUIREMENTS,
                        CredentialsMatchers.always())
                .includeCurrentValue(current);
    }
}
