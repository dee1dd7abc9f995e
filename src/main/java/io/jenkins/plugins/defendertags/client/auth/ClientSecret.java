package io.jenkins.plugins.defendertags.client.auth;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.net.URI;
import java.time.Instant;
import java.util.Map;

/** The value of a client secret. {@link #toString} does not contain it. */
public final class ClientSecret implements ClientAuthentication {

    private final String value;
    /** Computed once, since every call looks for its token by it. */
    private final String fingerprint;

    /** @throws IllegalArgumentException if the value is empty */
    public ClientSecret(@CheckForNull String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("The app registration has no client secret."
                    + " Create one in Entra under \"Certificates & secrets\" and enter its value, which Entra shows only"
                    + " once.");
        }
        this.value = value;
        fingerprint = "secret " + Sha256.of(value);
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public Map<String, String> proof(URI endpoint, String clientId, Instant now) {
        return Map.of("client_secret", value);
    }

    @Override
    public boolean equals(@CheckForNull Object other) {
        return other instanceof ClientSecret secret && value.equals(secret.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "client secret";
    }
}
