package io.jenkins.plugins.defendertags.client.http;

import edu.umd.cs.findbugs.annotations.CheckForNull;

/**
 * An HTTP proxy.
 *
 * @param host its name or address
 * @param port its port
 * @param userName null if it wants no authentication
 * @param secret the password for the user name; appears in no text that this class makes
 */
public record ProxyServer(
        String host,
        int port,
        @CheckForNull String userName,
        @CheckForNull String secret) {

    @Override
    public String toString() {
        return host + ":" + port;
    }

    /** Which proxy a request takes; asked for every request, so that a change needs no restart. */
    @FunctionalInterface
    public interface Chooser {

        /** Goes to every server directly. */
        Chooser NONE = host -> null;

        /** @return the proxy for requests to this host, or null for none */
        @CheckForNull
        ProxyServer forHost(String host);
    }
}
