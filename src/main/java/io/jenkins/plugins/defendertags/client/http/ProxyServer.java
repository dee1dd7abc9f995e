package io.jenkins.plugins.defendertags.client.http;

import edu.umd.cs.findbugs.annotations.CheckForNull;

/**
 * An HTTP proxy.
 *
 * @param host its name or address
 * @param port its port
 * @param userName null for a proxy without authentication
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

    /** Selects the proxy of each request, so that a change of the configuration needs no restart. */
    @FunctionalInterface
    public interface Chooser {

        /** Uses no proxy. */
        Chooser NONE = host -> null;

        /** @return the proxy for requests to this host, or null for none */
        @CheckForNull
        ProxyServer forHost(String host);
    }
}
