package io.jenkins.plugins.defendertags.client.http;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.Credentials;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends one request and brings back its whole answer, or says why there is none. Follows no redirect, keeps no cookie and
 * never repeats a request: what is worth repeating is decided in one place, the {@code TagQueue}.
 *
 * <p>Thread-safe. Blocks its caller for at most the request timeout.
 */
public final class HttpTransport implements Closeable {

    /** In bytes, after decompression. A page of 10,000 machines is the largest answer that Defender documents. */
    static final int MAX_BODY = 32 << 20;

    private static final int MAX_CONNECTIONS = 8;
    private static final TimeValue IDLE = TimeValue.ofSeconds(60);
    private static final String PROXY = ProxyServer.class.getName();

    private final Supplier<Timeouts> timeouts;
    private final ProxyServer.Chooser proxies;
    private final CloseableHttpClient client;
    private final Deadlines deadlines;

    /** @param timer only ever runs short tasks for this */
    public HttpTransport(
            Supplier<Timeouts> timeouts,
            ProxyServer.Chooser proxies,
            ScheduledExecutorService timer) {
        this.timeouts = timeouts;
        this.proxies = proxies;
        deadlines = new Deadlines(timer);
        client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnTotal(MAX_CONNECTIONS)
                        .setMaxConnPerRoute(MAX_CONNECTIONS)
                        .setConnectionConfigResolver(route -> ConnectionConfig.custom()
                                .setConnectTimeout(connectTimeout())
                                .setSocketTimeout(connectTimeout())
                                .build())
                        .setTlsConfigResolver(host -> TlsConfig.custom()
                                .setHandshakeTimeout(connectTimeout())
                                .build())
                        .build())
                .setRoutePlanner(new ProxyRoutePlanner())
                .setDefaultCredentialsProvider(HttpTransport::proxyCredentials)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .setUserAgent("jenkins-defender-tags")
                .evictIdleConnections(IDLE)
                .build();
    }

    private Timeout connectTimeout() {
        return Timeout.of(timeouts.get().connect());
    }

    /** @throws DefenderException if there was no complete answer in time; its kind says whether the request was sent */
    public TransportResponse send(HttpUriRequestBase request) throws DefenderException {
        return send(request, proxies.forHost(request.getAuthority().getHostName()));
    }

    /** As {@link #send}, but never through a proxy: what is asked for would be that of the proxy's host. */
    public TransportResponse sendDirectly(HttpUriRequestBase request) throws DefenderException {
        return send(request, null);
    }

    private TransportResponse send(HttpUriRequestBase request, @CheckForNull ProxyServer proxy) throws DefenderException {
        String host = request.getAuthority().getHostName();
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(PROXY, proxy);
        Timeouts limits = timeouts.get();
        request.setConfig(RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.of(limits.request()))
                .setResponseTimeout(Timeout.of(limits.request()))
                .build());
        AtomicBoolean late = new AtomicBoolean();
        // The response timeout only limits the pause between two bytes; a server that drips needs a deadline.
        Deadlines.Deadline deadline = deadlines.start(limits.request(), () -> {
            late.set(true);
            request.cancel();
        });
        try {
            return client.execute(request, context, response -> {
                if (proxy != null && isFromProxy(request, response, context)) {
                    throw new ProxyRefused(response.getCode());
                }
                return read(host, response);
            });
        } catch (IOException x) {
            throw explain(x, new Failure(host, proxy, late.get(), limits));
        } finally {
            deadline.met();
        }
    }

    /** HttpClient hands out a proxy's refusal to open a tunnel as if the target had answered; no TLS tells them apart. */
    private static boolean isFromProxy(
            HttpUriRequestBase request, ClassicHttpResponse response, HttpClientContext context) {
        return response.getCode() == 407
                || request.getScheme().equalsIgnoreCase("https") && context.getSSLSession() == null;
    }

    private static TransportResponse read(String host, ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        Duration retryAfter =
                RetryAfter.parse(header(response, HttpHeaders.RETRY_AFTER), header(response, HttpHeaders.DATE));
        if (entity == null) {
            return new TransportResponse(host, response.getCode(), null, retryAfter, new byte[0]);
        }
        try (InputStream content = entity.getContent()) {
            byte[] body = content.readNBytes(MAX_BODY + 1);
            if (body.length > MAX_BODY) {
                throw new BodyTooLarge();
            }
            return new TransportResponse(host, response.getCode(), entity.getContentType(), retryAfter, body);
        }
    }

    private static String header(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }

    private record Failure(String host, @CheckForNull ProxyServer proxy, boolean late, Timeouts limits) {}

    private static DefenderException explain(IOException x, Failure failure) {
        String host = failure.host();
        String via = failure.proxy() == null ? "" : " through the proxy " + failure.proxy();
        Kind kind = Kind.NO_ANSWER;
        ErrorCode errorCode = null;
        String message;
        String remedy = failure.proxy() == null
                ? "Check that the Jenkins controller reaches this host, and whether it needs a proxy in Manage Jenkins >"
                        + " System."
                : "Check the proxy in Manage Jenkins > System and that it lets Jenkins reach this host.";
        if (x instanceof BodyTooLarge) {
            kind = Kind.NOT_UNDERSTOOD;
            message = host + " answered with more than " + (MAX_BODY >> 20) + " MB" + via + ".";
            remedy = "This is not Defender: check the URLs of the cloud, and the proxy in Manage Jenkins > System.";
        } else if (x instanceof ProxyRefused refused) {
            kind = Kind.UNREACHABLE;
            errorCode = ErrorCode.PROXY_REFUSED;
            message =
                    "The proxy " + failure.proxy() + " refused the way to " + host + " (HTTP " + refused.status + ").";
            remedy = refused.status == 407 || refused.status == 401 // as tinyproxy says of a wrong password
                    ? "Check the proxy's user name and password in Manage Jenkins > System."
                    : "Have " + host + " allowed there, or exclude it from the proxy in Manage Jenkins > System.";
        } else if (x instanceof ConnectTimeoutException) {
            message = "No connection to " + host + via + " within "
                    + failure.limits().connect().toSeconds() + " s.";
        } else if (failure.late() || x instanceof InterruptedIOException) {
            message = host + " gave no complete answer" + via + " within "
                    + failure.limits().request().toSeconds() + " s.";
        } else if (x instanceof UnknownHostException) {
            kind = Kind.UNREACHABLE;
            message = "The host name of " + (failure.proxy() == null ? host : "the proxy " + failure.proxy())
                    + " cannot be resolved.";
        } else if (x instanceof ConnectException || x instanceof NoRouteToHostException) {
            message = "No connection to " + host + via + ".";
        } else if (x instanceof SSLException) {
            boolean untrusted = x instanceof SSLHandshakeException || x instanceof SSLPeerUnverifiedException;
            kind = untrusted ? Kind.UNREACHABLE : Kind.NO_ANSWER;
            errorCode = untrusted ? ErrorCode.UNTRUSTED_CERTIFICATE : null;
            message = "No trusted TLS connection to " + host + via + " (" + SingleLine.of(x.getMessage(), 160) + ").";
            remedy = "If a proxy inspects TLS, its certificate must be in the trust store of the controller's Java.";
        } else {
            message = "The answer of " + host + via + " was cut short ("
                    + x.getClass().getSimpleName() + ").";
        }
        DefenderException failed = new DefenderException(kind, message, remedy, null, null, x);
        return errorCode == null ? failed : failed.about(errorCode);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    private static final class BodyTooLarge extends IOException {
        private static final long serialVersionUID = 1;
    }

    private static final class ProxyRefused extends IOException {
        private static final long serialVersionUID = 1;
        private final int status;

        ProxyRefused(int status) {
            this.status = status;
        }
    }

    private static final class ProxyRoutePlanner extends DefaultRoutePlanner {

        ProxyRoutePlanner() {
            super(DefaultSchemePortResolver.INSTANCE);
        }

        @Override
        protected HttpHost determineProxy(HttpHost target, HttpContext context) {
            return context.getAttribute(PROXY) instanceof ProxyServer proxy
                    ? new HttpHost(proxy.host(), proxy.port())
                    : null;
        }
    }

    /** Gives a proxy's password to that proxy alone: a server's own 401 finds nothing here. */
    private static Credentials proxyCredentials(AuthScope scope, HttpContext context) {
        return context.getAttribute(PROXY) instanceof ProxyServer proxy
                        && proxy.userName() != null
                        && proxy.host().equalsIgnoreCase(scope.getHost())
                        && proxy.port() == scope.getPort()
                ? new UsernamePasswordCredentials(
                        proxy.userName(),
                        proxy.password() == null
                                ? new char[0]
                                : proxy.password().toCharArray())
                : null;
    }
}
