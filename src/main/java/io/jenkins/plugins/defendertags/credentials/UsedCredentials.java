package io.jenkins.plugins.defendertags.credentials;

import hudson.AbortException;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ClientCertificate;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.support.DocumentedAbortException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The credentials that were used since the controller started. Thread-safe. */
@Extension
public final class UsedCredentials {

    private static final Logger LOGGER = Logger.getLogger(UsedCredentials.class.getName());

    private final Map<CredentialBinding, AppRegistration> used = new ConcurrentHashMap<>();

    /** A credential, and what it stands for. */
    public record Use(CredentialBinding binding, AppRegistration registration) {

        public String describePlace() {
            return CredentialPlace.parse(binding.place()).describe();
        }
    }

    public static UsedCredentials get() {
        return ExtensionList.lookupSingleton(UsedCredentials.class);
    }

    void add(CredentialBinding binding, AppRegistration registration) {
        used.put(binding, registration);
    }

    /** Whether the certificate of one of them ends before a time, as far as is known without reading any. */
    public boolean hasCertificateThatEndsBefore(Instant time) {
        return used.values().stream().anyMatch(registration -> endsBefore(registration, time));
    }

    public static boolean endsBefore(AppRegistration registration, Instant time) {
        return registration.signIn() instanceof ClientCertificate certificate
                && certificate.end().isBefore(time);
    }

    /** All that still exist, as they are now. Reads key stores. */
    public List<Use> list() {
        List<Use> uses = new ArrayList<>();
        for (Map.Entry<CredentialBinding, AppRegistration> use : used.entrySet()) {
            CredentialBinding binding = use.getKey();
            try {
                uses.add(new Use(binding, AppRegistrations.find(binding, null).toAppRegistration()));
            } catch (DocumentedAbortException x) {
                if (x.errorCode() == ErrorCode.CREDENTIAL_CHANGED) {
                    used.remove(binding);
                } else {
                    uses.add(new Use(binding, use.getValue())); // only a build can read its federated token
                }
            } catch (AbortException | RuntimeException x) {
                LOGGER.log(Level.FINE, x, () -> "Cannot look up " + binding);
            }
        }
        return uses;
    }
}
