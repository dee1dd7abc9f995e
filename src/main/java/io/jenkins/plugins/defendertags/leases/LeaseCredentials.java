package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.credentials.CredentialBinding;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.support.DocumentedAbortException;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds the app registrations with which tags were added: each once, though it may have changed since. Neither agent nor policy is
 * asked: Jenkins added the tag and takes it back. For one thread, and for a short time.
 */
public final class LeaseCredentials {

    private final Map<Use, AppRegistration> found = new HashMap<>();

    LeaseCredentials() {}

    private record Use(
            LeaseCredential credential, @CheckForNull String build) {}

    /**
     * What a lease must know of a credential to find it again.
     *
     * @throws AbortException if it cannot be found again when the build is over
     */
    public static LeaseCredential describe(EntraAppRegistration credential) throws AbortException {
        CredentialBinding binding = credential.binding();
        return new LeaseCredential(
                binding.credentialsId(),
                credential.getCloud(),
                binding.place(),
                binding.tenantId(),
                binding.clientId());
    }

    /** @throws AbortException if there is none or it is another one, with a message that says what to do */
    AppRegistration find(Lease lease) throws AbortException {
        Use use = new Use(lease.credential(), lease.holder().build());
        AppRegistration known = found.get(use);
        if (known == null) {
            known = find(use);
            found.put(use, known);
        }
        return known;
    }

    private static AppRegistration find(Use use) throws AbortException {
        LeaseCredential credential = use.credential;
        EntraAppRegistration found = AppRegistrations.find(
                new CredentialBinding(
                        credential.id(), credential.place(), credential.tenantId(), credential.clientId()),
                findBuild(use.build));
        if (!found.getCloud().equals(credential.cloud())) {
            throw new DocumentedAbortException(
                    ErrorCode.CREDENTIAL_CHANGED,
                    "The credential " + SingleLine.of(credential.id(), 100) + " now belongs to the cloud "
                            + SingleLine.of(found.getCloud(), 100)
                            + ". Nothing was sent, because it was used in the cloud "
                            + SingleLine.of(credential.cloud(), 100) + ". Change it back.");
        }
        return found.toAppRegistration();
    }

    /** @return null if there is no such build any more */
    @CheckForNull
    static Run<?, ?> findBuild(@CheckForNull String id) {
        try {
            return id == null ? null : Run.fromExternalizableId(id);
        } catch (IllegalArgumentException x) {
            return null; // a file that somebody has edited
        }
    }
}
