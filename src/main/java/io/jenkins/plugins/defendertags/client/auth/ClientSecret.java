package io.jenkins.plugins.defendertags.client.auth;

import java.net.URI;
import java.time.Instant;
import java.util.Map;

/** The value of a client secret. {@link #toString} does not contain it. */
public record ClientSecret(String value) implements ClientAuthentication {

    /** @throws IllegalArgumentException if the value is empty */
    public ClientSecret {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("The app registration has no client secret."
                    + " Create one in Entra under \"Certificates & secrets\" and enter its value, which Entra shows only"
                    + " once.");
        }
    }

    @Override
    public String fingerprint() {
        return "secret " + Sha256.of(value);
    }

    @Override
    public Map<String, String> proof(URI endpoint, String clientId, Instant now) {
        return Map.of("client_secret", value);
    }

    @Override
    public String toString() {
        return "client secret";
    }
}
