package io.jenkins.plugins.defendertags.client.auth;

import java.net.URI;

/**
 * The identity that Azure gives to the virtual machine of the controller. It needs no secret.
 *
 * <p>Source: "How to use managed identities for Azure resources on an Azure VM to acquire an access token".
 *
 * @param endpoint where tokens come from, {@link #AZURE} except in tests
 */
public record ManagedIdentity(URI endpoint) implements SignIn {

    /** A link-local address, which only the virtual machine itself reaches. */
    public static final URI AZURE = URI.create("http://169.254.169.254/metadata/identity/oauth2/token");

    @Override
    public String fingerprint() {
        return "managed identity " + endpoint;
    }
}
