package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.ExtensionList;
import hudson.model.Item;
import hudson.model.Run;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.support.DocumentedAbortException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Lists app registrations in forms and finds them for builds, with the same rules. */
public final class AppRegistrations {

    static final String OF_JENKINS_ONLY =
            "It signs in as the Jenkins controller, which a credential of a folder or user must"
                    + " not do. Create it in Manage Jenkins > Credentials.";

    private AppRegistrations() {}

    /**
     * Finds the app registration for a build and records its use. Credentials of the job's folders are found before those
     * of Jenkins, also under the ID of the default.
     *
     * @param credentialsId null for the default of the global configuration; <code>${NAME}</code> for a credentials parameter,
     *     which is looked up on behalf of the user who has started the build
     * @throws AbortException if there is none, with a message that says what to do
     */
    public static EntraAppRegistration find(Run<?, ?> run, @CheckForNull String credentialsId) throws AbortException {
        String id =
                credentialsId != null ? credentialsId : CredentialSettings.get().getDefaultCredentialsId();
        if (id == null) {
            throw new DocumentedAbortException(
                    ErrorCode.NO_CREDENTIAL,
                    "No app registration is chosen. Give credentialsId, or set the default in"
                            + " Manage Jenkins > System > Defender Tags.");
        }
        EntraAppRegistration found = find(CredentialsContext.of(run), id);
        if (found == null) {
            throw new DocumentedAbortException(
                    ErrorCode.NO_CREDENTIAL,
                    id.startsWith("${")
                            ? "The user who started this build cannot use the Entra app registration that was chosen"
                                    + " for " + SingleLine.of(id, 100)
                                    + ": it does not exist, or Credentials/UseItem is"
                                    + " missing. Choose another, or grant it."
                            : "This job has no Entra app registration with the credential ID \""
                                    + SingleLine.of(id, 100)
                                    + "\". Create it in the job's folder or in Manage Jenkins > Credentials, or choose"
                                    + " another.");
        }
        return found;
    }

    /**
     * Finds the app registration as builds of a job or folder would.
     *
     * @param item null for Jenkins itself
     * @throws AbortException if there is none, with a message that says what to do
     */
    public static EntraAppRegistration findIn(@CheckForNull Item item, String credentialsId) throws AbortException {
        EntraAppRegistration found = find(CredentialsContext.of(item), credentialsId);
        if (found == null) {
            throw new DocumentedAbortException(
                    ErrorCode.NO_CREDENTIAL,
                    (item == null ? "Jenkins" : SingleLine.of(item.getFullName(), 100))
                            + " has no Entra app registration with the credential ID \""
                            + SingleLine.of(credentialsId, 100)
                            + "\". Create it again.");
        }
        return found;
    }

    /**
     * Finds the default app registration for Jenkins itself.
     *
     * @throws AbortException if there is none, with a message that says what to do
     */
    public static EntraAppRegistration findDefault() throws AbortException {
        return findForJenkins(CredentialSettings.get().getDefaultCredentialsId());
    }

    /**
     * Finds an app registration for Jenkins itself.
     *
     * @throws AbortException if there is none, with a message that says what to do
     */
    public static EntraAppRegistration findForJenkins(@CheckForNull String id) throws AbortException {
        if (id == null) {
            throw new DocumentedAbortException(
                    ErrorCode.NO_CREDENTIAL,
                    "No default app registration is chosen. Set one in Manage Jenkins > System > Defender Tags.");
        }
        EntraAppRegistration found = find(CredentialsContext.of((Item) null), id);
        if (found == null) {
            throw new DocumentedAbortException(
                    ErrorCode.NO_CREDENTIAL,
                    "Jenkins has no Entra app registration with the credential ID \""
                            + SingleLine.of(id, 100)
                            + "\". Create it in Manage Jenkins > Credentials, or choose another in"
                            + " Manage Jenkins > System > Defender Tags.");
        }
        return found;
    }

    /**
     * Returns whether jobs there find an app registration with that ID. It may still be unusable.
     *
     * @param item null for Jenkins itself
     */
    public static boolean isVisible(@CheckForNull Item item, String id) {
        CredentialsContext context = CredentialsContext.of(item);
        return Stream.concat(
                        Stream.of(EntraAppRegistration.class),
                        ExtensionList.lookup(CredentialAdapter.class).stream().map(CredentialAdapter::type))
                .anyMatch(type -> context.find((Class<? extends StandardCredentials>) type, id) != null);
    }

    /**
     * Finds the credential that was used before, in the store that it was found in then.
     *
     * @param run looks up what the credential names, such as its certificate; null for the owner of the store
     * @throws AbortException if it is gone or stands for another application, with a message that says what to do
     */
    public static EntraAppRegistration find(CredentialBinding binding, @CheckForNull Run<?, ?> run)
            throws AbortException {
        CredentialPlace place = CredentialPlace.parse(binding.place());
        String credential = "The credential " + SingleLine.of(binding.credentialsId(), 100) + " in "
                + SingleLine.of(place.describe(), 200);
        EntraAppRegistration found =
                find(place::find, binding.credentialsId(), any -> place, CredentialsContext.of(place.owner(), run));
        if (found == null) {
            throw new DocumentedAbortException(
                    ErrorCode.CREDENTIAL_CHANGED,
                    credential + " no longer exists. Create it there again, for " + binding.describeApplication()
                            + ".");
        }
        if (!found.binding().equals(binding)) {
            throw new DocumentedAbortException(
                    ErrorCode.CREDENTIAL_CHANGED,
                    credential + " now stands for " + found.binding().describeApplication()
                            + ". Nothing was sent, because it was used for " + binding.describeApplication()
                            + ". Change it back, or create another credential for the new application.");
        }
        return found;
    }

    @CheckForNull
    private static EntraAppRegistration find(CredentialsContext context, String id) throws AbortException {
        return find(context::find, id, context::placeOf, context);
    }

    /** The lookups of one context or of one store. */
    private interface Lookup {
        @CheckForNull
        <C extends IdCredentials> C find(Class<C> type, String id);
    }

    @CheckForNull
    private static EntraAppRegistration find(
            Lookup lookup, String id, Function<IdCredentials, CredentialPlace> placeOf, CredentialsContext context)
            throws AbortException {
        try {
            EntraAppRegistration own = lookup.find(EntraAppRegistration.class, id);
            if (own != null) {
                if (own.isOfController() && !isOfJenkins(own)) {
                    throw new IllegalArgumentException(OF_JENKINS_ONLY);
                }
                return located(own, placeOf.apply(own), context);
            }
            for (CredentialAdapter<?> adapter : ExtensionList.lookup(CredentialAdapter.class)) {
                StandardCredentials other = lookup.find(adapter.type(), id);
                if (other != null) {
                    return located(adapter.registrationOf(other), placeOf.apply(other), context);
                }
            }
            return null;
        } catch (IllegalArgumentException x) {
            throw new DocumentedAbortException(
                    ErrorCode.CREDENTIAL_UNUSABLE,
                    "The credential " + SingleLine.of(id, 100) + " cannot be used. " + x.getMessage());
        }
    }

    private static EntraAppRegistration located(
            EntraAppRegistration registration, CredentialPlace place, CredentialsContext context) {
        return registration.found(place, context.within(place));
    }

    private static boolean isOfJenkins(EntraAppRegistration credential) {
        return SystemCredentialsProvider.getInstance().getDomainCredentialsMap().values().stream()
                .flatMap(List::stream)
                .anyMatch(stored -> stored == credential);
    }

    /**
     * Lists the app registrations that jobs there can use.
     *
     * @param item the job or folder, or null for the global configuration
     * @param current the chosen value, which stays in the list even if it does not exist
     */
    public static ListBoxModel list(@CheckForNull Item item, @CheckForNull String current) {
        return list(
                item, current, item == null ? Messages.AppRegistrations_None() : Messages.AppRegistrations_Default());
    }

    /**
     * Lists the app registrations that Jenkins itself can use, for a field in which an empty value means the default.
     *
     * @param current the chosen value, which stays in the list even if it does not exist
     */
    public static ListBoxModel listForJenkins(@CheckForNull String current) {
        return list(null, current, Messages.AppRegistrations_Default());
    }

    private static ListBoxModel list(@CheckForNull Item item, @CheckForNull String current, String none) {
        List<CredentialsMatcher> kinds = new ArrayList<>();
        kinds.add(CredentialsMatchers.instanceOf(EntraAppRegistration.class));
        for (CredentialAdapter<?> kind : ExtensionList.lookup(CredentialAdapter.class)) {
            kinds.add(CredentialsMatchers.instanceOf(kind.type()));
        }
        return CredentialForms.list(
                item, current, none, CredentialsMatchers.anyOf(kinds.toArray(new CredentialsMatcher[0])));
    }
}
