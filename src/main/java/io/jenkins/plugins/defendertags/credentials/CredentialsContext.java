package io.jenkins.plugins.defendertags.credentials;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import java.util.List;
import org.springframework.security.core.Authentication;

/** Where credentials are looked up: a credential that another one names in the same place as that. */
interface CredentialsContext {

    /** None: a domain is about hosts, and which host is called depends on the credential itself. */
    List<DomainRequirement> REQUIREMENTS = List.of();

    /** Finds what may be used there, or nothing. */
    @CheckForNull
    <C extends IdCredentials> C find(Class<C> type, String id);

    /** For a build. Each use is noted, and a credential that depends on the build is made for it. */
    static CredentialsContext of(Run<?, ?> run) {
        return new CredentialsContext() {
            @Override
            public <C extends IdCredentials> C find(Class<C> type, String id) {
                C found = CredentialsProvider.findCredentialById(id, type, run, REQUIREMENTS);
                return found != null && TrackedUses.isNew(run, found) ? CredentialsProvider.track(run, found) : found;
            }
        };
    }

    /** For a job or folder, as its own builds would find them; null for Jenkins itself. */
    static CredentialsContext of(@CheckForNull Item item) {
        return new CredentialsContext() {
            @Override
            public <C extends IdCredentials> C find(Class<C> type, String id) {
                return CredentialsProvider.findCredentialByIdInItem(id, type, item, authentication(item), REQUIREMENTS);
            }
        };
    }

    /** On whose behalf builds of this item look for credentials. */
    static Authentication authentication(@CheckForNull Item item) {
        return item instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2;
    }
}
