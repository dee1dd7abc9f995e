package io.jenkins.plugins.defendertags.client;

import edu.umd.cs.findbugs.annotations.NonNull;
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
    @NonNull
    Map<String, String> proof(@NonNull URI endpoint, @NonNull String clientId, @NonNull Instant now)
            throws DefenderException;
}
