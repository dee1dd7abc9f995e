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
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

    /** The proxy authentication that HttpClient does with a user name and a password, in lower case. */
    private static final Set<String> SUPPORTED_SCHEMES = Set.of("basic", "digest");

    /** The body is larger than {@link HttpTransport#MAX_BODY}. */
    static final class BodyTooLarge extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** The answer took longer than the request timeout. */
    private static final class RequestTimedOut extends IOException {
        private static final long serialVersionUID = 1;

        RequestTimedOut(IOException cause) {
            super(cause);
        }
    }

    /** Returns whether a connection was there, but no complete answer came in time; a smaller one may. */
    static boolean isSlowAnswer(DefenderException failure) {
        return failure.getCause() instanceof RequestTimedOut;
    }

    /** The proxy answered instead of passing the request on. */
    static final class ProxyRefused extends IOException {
        private static final long serialVersionUID = 1;
        private final int status;
        private final transient List<String> schemes;

        /** @param schemes the ways to authenticate that the proxy offers, such as {@code Basic}; may be empty */
        ProxyRefused(int status, List<String> schemes) {
            this.status = status;
            this.schemes = schemes;
        }

        boolean wantsAuthentication() {
            return status == 407 || status == 401; // 401 is tinyproxy's response to a wrong password
        }

        boolean offersSupportedScheme() {
            return schemes.isEmpty()
                    || schemes.stream().anyMatch(scheme -> SUPPORTED_SCHEMES.contains(scheme.toLowerCase(Locale.ROOT)));
        }
    }

    /** @param timedOut whether the request was cancelled because it took too long */
    DefenderException explain(IOException x, boolean timedOut) {
        if (x instanceof BodyTooLarge) {
            return error(
                    Kind.TOO_LARGE,
                    "The answer from " + host + viaProxy() + " is larger than " + (HttpTransport.MAX_BODY >> 20)
                            + " MB.",
                    "Name the machines by their IDs, which needs no list of all machines. If that is what you do, check the"
                            + " URLs of the cloud and the proxy in Manage Jenkins > System.",
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
                    "No complete answer from " + host + viaProxy() + " within " + seconds(timeouts.request()),
                    new RequestTimedOut(x));
        }
        if (x instanceof UnknownHostException) {
            String unknown = proxy == null ? host : "of the proxy " + proxy;
            return error(
                    Kind.UNREACHABLE, "The host name " + unknown + " cannot be resolved.", checkNetwork(), null, x);
        }
        if (x instanceof ConnectException || x instanceof NoRouteToHostException) {
            return noAnswer("No connection to " + host + viaProxy() + ".", x);
        }
        if (x instanceof SSLException) {
            return explainTls(x);
        }
        return noAnswer(
                "The answer from " + host + viaProxy() + " was cut short ("
                        + x.getClass().getSimpleName() + ").",
                x);
    }

    private DefenderException explainProxy(ProxyRefused refused) {
        String remedy;
        if (!refused.wantsAuthentication()) {
            remedy = "Have " + host + " allowed there, or exclude it from the proxy in Manage Jenkins > System.";
        } else if (refused.offersSupportedScheme()) {
            remedy = "Check the proxy's user name and password in Manage Jenkins > System.";
        } else {
            remedy = "It only offers " + SingleLine.of(String.join(", ", refused.schemes), 80)
                    + " authentication, but Jenkins only supports Basic and Digest. Let the proxy accept one of them, or"
                    + " exclude " + host + " from the proxy in Manage Jenkins > System.";
        }
        return error(
                Kind.UNREACHABLE,
                "The proxy " + proxy + " refused the connection to " + host + " (HTTP " + refused.status + ").",
                remedy,
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
                ? "Check that the Jenkins controller can reach this host, and whether it needs a proxy in Manage Jenkins >"
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
