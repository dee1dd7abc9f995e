package io.jenkins.plugins.defendertags.client.auth;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A token of another issuer that Entra trusts for the application. {@link #toString} does not contain it.
 *
 * <p>Source: "Workload identity federation" and "… client credentials flow, third case: access token request with a
 * federated credential".
 */
public record FederatedToken(String value) implements ClientAuthentication {

    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final Pattern JWT = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]+");

    /** @throws IllegalArgumentException if this is not a JSON Web Token: another secret must not be sent by mistake */
    public FederatedToken {
        value = value == null ? "" : value.strip();
        if (!JWT.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    (value.isEmpty() ? "The federated token is empty." : "The federated token is not a JSON Web Token.")
                            + " Use an OpenID Connect ID token for the audience api://AzureADTokenExchange.");
        }
    }

    @Override
    public String fingerprint() {
        return "token " + Sha256.of(value);
    }

    @Override
    public Map<String, String> proof(URI endpoint, String clientId, Instant now) {
        return assertion(value);
    }

    /** Returns what the token says about itself: issuer, subject and audience. Nothing has checked that. */
    public String claims() {
        JwtClaims claims = JwtClaims.of(value);
        return claims.text("iss") + " " + claims.text("sub") + " " + claims.text("aud");
    }

    static Map<String, String> assertion(String jwt) {
        return Map.of("client_assertion_type", ASSERTION_TYPE, "client_assertion", jwt);
    }

    /** Describes the token's claims for an error message. Empty if the token cannot be read. */
    static String describe(Map<String, String> proof) {
        JwtClaims claims = JwtClaims.of(proof.getOrDefault("client_assertion", ""));
        return claims.isReadable()
                ? "The token has the issuer \"" + claims.text("iss") + "\", the subject \"" + claims.text("sub")
                        + "\" and the audience \"" + claims.text("aud") + "\". Enter exactly these in Entra."
                : "";
    }

    @Override
    public String toString() {
        return "federated token";
    }
}
