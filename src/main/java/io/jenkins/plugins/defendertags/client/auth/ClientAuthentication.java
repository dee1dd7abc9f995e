package io.jenkins.plugins.defendertags.client.auth;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;

/** A way to sign in that sends a proof to Entra's token endpoint. */
public sealed interface ClientAuthentication extends SignIn
        permits ClientSecret, ClientCertificate, FederatedToken, FederatedTokenFile, FederatedTokenSource {

    /**
     * Makes the parameters of the token request that prove the identity.
     *
     * @param endpoint the URL of the token endpoint
     * @throws DefenderException if no proof can be made, with a message that says what to do
     */
    Map<String, String> proof(URI endpoint, String clientId, Instant now) throws DefenderException;
}
