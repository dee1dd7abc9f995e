package io.jenkins.plugins.defendertags.credentials;

import java.util.Locale;

/**
 * The application that a credential stood for when it was used, and where the credential was found. Whatever is kept with a
 * credential's ID for later use is kept with its binding, because the same ID can mean another application by then.
 *
 * @param credentialsId the credential's ID
 * @param place the store that holds the credential, for example {@code system}, {@code folder team/app} or {@code user alice}
 * @param tenantId the application's tenant in lower case, either its ID or a domain name; empty for a managed identity
 * @param clientId the application's ID in lower case; empty for the only managed identity of the controller
 */
public record CredentialBinding(String credentialsId, String place, String tenantId, String clientId) {

    /** @throws IllegalArgumentException if the place is not the name of a store */
    public CredentialBinding {
        CredentialPlace.parse(place);
        tenantId = tenantId.toLowerCase(Locale.ROOT);
        clientId = clientId.toLowerCase(Locale.ROOT);
    }

    /** Returns the binding after a job or folder was renamed or moved. */
    public CredentialBinding moved(String oldFullName, String newFullName) {
        return new CredentialBinding(
                credentialsId,
                CredentialPlace.parse(place).moved(oldFullName, newFullName).toString(),
                tenantId,
                clientId);
    }

    /** What messages call the application. */
    String describeApplication() {
        if (tenantId.isEmpty()) {
            return "the managed identity" + (clientId.isEmpty() ? "" : " " + clientId);
        }
        return "the app registration " + clientId + " of tenant " + tenantId;
    }
}
