package io.jenkins.plugins.defendertags.client.auth;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;

/** A proof that is sent to Entra's token endpoint. */
public sealed interface ClientAuthentication extends SignIn
        permits ClientSecret, ClientCertificate, FederatedToken, FederatedTokenFile {

    /**
     * The proof as parameters of the token request's form.
     *
     * @param endpoint the URL of the token endpoint
     * @throws DefenderException if there is no proof at the moment, with a message that says what to do
     */
    Map<String, String> proof(URI endpoint, String clientId, Instant now) throws DefenderException;
}
