package io.jenkins.plugins.defendertags.credentials;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import java.util.List;
import java.util.Optional;

/** What credentials need of the global configuration, which is built on top of them and implements this. */
public interface CredentialSettings extends ExtensionPoint {

    static CredentialSettings get() {
        return ExtensionList.lookupFirst(CredentialSettings.class);
    }

    /** ID of the credential that is used where none is named; null if there is none. */
    @CheckForNull
    String getDefaultCredentialsId();

    /** The clouds that a credential can choose from. */
    List<Cloud> clouds();

    /** Time limits of a sign-in and of a request. */
    Timeouts timeouts();

    /** @param id of a preset, or name of a custom cloud */
    default Optional<Cloud> findCloud(@CheckForNull String id) {
        return clouds().stream().filter(cloud -> cloud.id().equals(id)).findFirst();
    }
}
