package io.jenkins.plugins.defendertags.credentials;

import io.jenkins.plugins.defendertags.client.auth.ManagedIdentity;
import java.net.URI;

/** Where managed identities are asked for in a test. */
public final class IdentityEndpoint implements AutoCloseable {

    public IdentityEndpoint(String url) {
        ManagedIdentitySignIn.endpoint = URI.create(url);
    }

    @Override
    public void close() {
        ManagedIdentitySignIn.endpoint = ManagedIdentity.AZURE;
    }
}
