package io.jenkins.plugins.defendertags.client.auth;

import java.net.URI;

/**
 * The identity that Azure gives to the virtual machine this runs on: no secret at all.
 *
 * <p>Source: "How to use managed identities for Azure resources on an Azure VM to acquire an access token".
 *
 * @param endpoint where to ask, which is {@link #AZURE} but for tests
 */
public record ManagedIdentity(URI endpoint) implements SignIn {

    /** Only the machine itself reaches it, so no token can go astray; and never through a proxy. */
    public static final URI AZURE = URI.create("http://169.254.169.254/metadata/identity/oauth2/token");

    @Override
    public String fingerprint() {
        return "managed identity " + endpoint;
    }
}
