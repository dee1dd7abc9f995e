package io.jenkins.plugins.defendertags.credentials;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import java.util.List;
import java.util.Optional;

/** The part of the global configuration that credentials use. The package {@code config} implements it. */
public interface CredentialSettings extends ExtensionPoint {

    static CredentialSettings get() {
        return ExtensionList.lookupFirst(CredentialSettings.class);
    }

    /** ID of the credential for jobs that name none; null if no default is set. */
    @CheckForNull
    String getDefaultCredentialsId();

    /** The clouds that a credential can use; custom clouds with unusable values are left out. */
    List<Cloud> clouds();

    /** Time limits of one request. */
    Timeouts timeouts();

    /** @param id of a preset, or name of a custom cloud */
    default Optional<Cloud> findCloud(@CheckForNull String id) {
        return clouds().stream().filter(cloud -> cloud.id().equals(id)).findFirst();
    }
}
