package io.jenkins.plugins.defendertags.support;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.ProxyConfiguration;
import hudson.Util;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.Locale;
import jenkins.model.Jenkins;

/** The proxy of Manage Jenkins &gt; System, as the client wants to know it. */
public final class JenkinsProxy {

    private JenkinsProxy() {}

    @CheckForNull
    public static ProxyServer forHost(String host) {
        ProxyConfiguration configuration = Jenkins.get().getProxy();
        if (configuration == null) {
            return null;
        }
        // The exclusions are patterns in lower case, matched against the bare host name.
        Proxy proxy = configuration.createProxy(host.toLowerCase(Locale.ROOT));
        if (proxy.type() == Proxy.Type.DIRECT || !(proxy.address() instanceof InetSocketAddress address)) {
            return null;
        }
        return new ProxyServer(
                address.getHostString(),
                address.getPort(),
                Util.fixEmptyAndTrim(configuration.getUserName()),
                Util.fixEmpty(Secret.toString(configuration.getSecretPassword())));
    }
}
