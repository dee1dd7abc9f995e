package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Item;
import hudson.security.AccessControlled;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.util.function.Consumer;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.Stapler;

/** Permissions, lists and checks that the forms of credentials share. */
final class CredentialForms {

    private CredentialForms() {}

    /** @param parse throws an {@link IllegalArgumentException} if the text is not usable */
    static FormValidation check(@CheckForNull String text, Consumer<String> parse) {
        checkMayEdit();
        try {
            parse.accept(Util.fixNull(text).strip());
            return FormValidation.ok();
        } catch (IllegalArgumentException x) {
            return FormValidation.error(x.getMessage());
        }
    }

    /** Requires a permission on the folder, user or Jenkins whose credential is being edited. */
    static void checkMayEdit() {
        AccessControlled context = Stapler.getCurrentRequest2().findAncestorObject(AccessControlled.class);
        (context == null ? Jenkins.get() : context)
                .checkAnyPermission(CredentialsProvider.CREATE, CredentialsProvider.UPDATE);
    }

    /** Returns whether the current user may see which credentials exist. */
    static boolean mayList(@CheckForNull Item item) {
        return item == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : item.hasPermission(Item.EXTENDED_READ) || item.hasPermission(CredentialsProvider.USE_ITEM);
    }

    /**
     * Lists the credentials that can be chosen.
     *
     * @param item the job or folder, or null for Jenkins itself
     * @param current the chosen value, which stays in the list even if it does not exist
     * @param none the text of the empty choice
     */
    static ListBoxModel list(
            @CheckForNull Item item, @CheckForNull String current, String none, CredentialsMatcher matcher) {
        StandardListBoxModel items = new StandardListBoxModel();
        if (mayList(item)) {
            items.add(none, "");
            items.includeMatchingAs(
                    CredentialsContext.authentication(item),
                    item,
                    StandardCredentials.class,
                    CredentialsContext.REQUIREMENTS,
                    matcher);
        }
        return items.includeCurrentValue(Util.fixNull(current));
    }

    /** Tests the values in the form. Credentials that they name are looked up as for a build. */
    static FormValidation test(
            @CheckForNull Item item,
            @CheckForNull String cloud,
            @CheckForNull String tenantId,
            @CheckForNull String clientId,
            EntraSignIn signIn) {
        if (item == null) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        } else {
            item.checkPermission(Item.CONFIGURE);
            if (signIn.isOfController()) {
                return FormValidation.error(AppRegistrations.OF_JENKINS_ONLY);
            }
        }
        EntraAppRegistration entered = new EntraAppRegistration(null, null, null, tenantId, clientId, signIn);
        entered.setCloud(cloud);
        return ConnectionTester.test(() -> entered.lookUp(CredentialsContext.of(item)));
    }
}
