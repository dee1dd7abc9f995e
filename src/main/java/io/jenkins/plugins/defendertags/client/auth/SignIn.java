package io.jenkins.plugins.defendertags.client.auth;

/** How an app registration proves to be itself. Immutable; no text that its implementations make shows a secret. */
public sealed interface SignIn permits ClientAuthentication, ManagedIdentity {

    /**
     * Tells this proof from any other without revealing it, as part of a token's key: a token must never be used for
     * another secret than the one it was fetched with.
     */
    String fingerprint();
}
