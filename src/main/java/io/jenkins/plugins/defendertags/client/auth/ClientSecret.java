package io.jenkins.plugins.defendertags.client.auth;

import java.net.URI;
import java.time.Instant;
import java.util.Map;

/** The value of a client secret; it appears in no text that this class makes. */
public record ClientSecret(String value) implements ClientAuthentication {

    /** @throws IllegalArgumentException if there is none */
    public ClientSecret {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("The app registration has no client secret."
                    + " Enter the value that Entra shows once, when a secret is created under"
                    + " \"Certificates & secrets\".");
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
