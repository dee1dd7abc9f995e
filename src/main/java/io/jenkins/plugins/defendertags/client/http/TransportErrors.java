package io.jenkins.plugins.defendertags.client.http;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;

/**
 * Turns the exceptions of one exchange into errors that say what to do.
 *
 * @param host the server that should have answered
 * @param proxy the proxy on the way to it, or null
 * @param timeouts those of the exchange
 */
record TransportErrors(String host, @CheckForNull ProxyServer proxy, Timeouts timeouts) {

    /** The answer's body is larger than any of Defender's. */
    static final class BodyTooLarge extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** The proxy answered instead of passing the request on. */
    static final class ProxyRefused extends IOException {
        private static final long serialVersionUID = 1;
        private final int status;

        ProxyRefused(int status) {
            this.status = status;
        }
    }

    /** @param timedOut whether the request was cancelled because it took too long */
    DefenderException explain(IOException x, boolean timedOut) {
        if (x instanceof BodyTooLarge) {
            return error(
                    Kind.NOT_UNDERSTOOD,
                    host + " answered with more than " + (HttpTransport.MAX_BODY >> 20) + " MB" + viaProxy() + ".",
                    "This is not Defender: check the URLs of the cloud, and the proxy in Manage Jenkins > System.",
                    null,
                    x);
        }
        if (x instanceof ProxyRefused refused) {
            return explainProxy(refused);
        }
        if (x instanceof ConnectTimeoutException) {
            return noAnswer("No connection to " + host + viaProxy() + " within " + seconds(timeouts.connect()), x);
        }
        if (timedOut || x instanceof InterruptedIOException) {
            return noAnswer(
                    host + " gave no complete answer" + viaProxy() + " within " + seconds(timeouts.request()), x);
        }
        if (x instanceof UnknownHostException) {
            String unknown = proxy == null ? host : "the proxy " + proxy;
            return error(
                    Kind.UNREACHABLE, "The host name of " + unknown + " cannot be resolved.", checkNetwork(), null, x);
        }
        if (x instanceof ConnectException || x instanceof NoRouteToHostException) {
            return noAnswer("No connection to " + host + viaProxy() + ".", x);
        }
        if (x instanceof SSLException) {
            return explainTls(x);
        }
        return noAnswer(
                "The answer of " + host + viaProxy() + " was cut short ("
                        + x.getClass().getSimpleName() + ").",
                x);
    }

    private DefenderException explainProxy(ProxyRefused refused) {
        boolean password = refused.status == 407 || refused.status == 401; // 401 is tinyproxy's answer to a wrong one
        return error(
                Kind.UNREACHABLE,
                "The proxy " + proxy + " refused the way to " + host + " (HTTP " + refused.status + ").",
                password
                        ? "Check the proxy's user name and password in Manage Jenkins > System."
                        : "Have " + host + " allowed there, or exclude it from the proxy in Manage Jenkins > System.",
                ErrorCode.PROXY_REFUSED,
                refused);
    }

    private DefenderException explainTls(IOException x) {
        boolean untrusted = x instanceof SSLHandshakeException || x instanceof SSLPeerUnverifiedException;
        return error(
                untrusted ? Kind.UNREACHABLE : Kind.NO_ANSWER,
                "No trusted TLS connection to " + host + viaProxy() + " (" + SingleLine.of(x.getMessage(), 160) + ").",
                "If a proxy inspects TLS, its certificate must be in the trust store of the controller's Java.",
                untrusted ? ErrorCode.UNTRUSTED_CERTIFICATE : null,
                x);
    }

    private DefenderException noAnswer(String message, IOException x) {
        return error(Kind.NO_ANSWER, message, checkNetwork(), null, x);
    }

    private static DefenderException error(
            Kind kind, String message, String remedy, @CheckForNull ErrorCode errorCode, IOException x) {
        return DefenderException.of(kind)
                .message(message)
                .remedy(remedy)
                .errorCode(errorCode)
                .cause(x)
                .build();
    }

    private String checkNetwork() {
        return proxy == null
                ? "Check that the Jenkins controller reaches this host, and whether it needs a proxy in Manage Jenkins >"
                        + " System."
                : "Check the proxy in Manage Jenkins > System and that it lets Jenkins reach this host.";
    }

    private String viaProxy() {
        return proxy == null ? "" : " through the proxy " + proxy;
    }

    private static String seconds(Duration timeout) {
        return timeout.toSeconds() + " s.";
    }
}
