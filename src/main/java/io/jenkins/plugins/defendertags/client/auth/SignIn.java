package io.jenkins.plugins.defendertags.client.auth;

/** How an app registration proves its identity. Immutable. {@code toString} of no implementation contains a secret. */
public sealed interface SignIn permits ClientAuthentication, ManagedIdentity {

    /**
     * Identifies this proof without revealing it. It is part of the key under which a token is cached: a token must never be
     * used with a secret other than the one that it was fetched with.
     */
    String fingerprint();
}
