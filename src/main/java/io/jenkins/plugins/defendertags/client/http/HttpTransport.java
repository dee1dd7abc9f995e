package io.jenkins.plugins.defendertags.client.http;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
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
    private final ScheduledExecutorService timer;

    /** @param timer only ever runs short tasks for this */
    public HttpTransport(Supplier<Timeouts> timeouts, ProxyServer.Chooser proxies, ScheduledExecutorService timer) {
        this.timeouts = timeouts;
        this.proxies = proxies;
        this.timer = timer;
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

    private TransportResponse send(HttpUriRequestBase request, @CheckForNull ProxyServer proxy)
            throws DefenderException {
        String host = request.getAuthority().getHostName();
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(PROXY, proxy);
        Timeouts limits = timeouts.get();
        request.setConfig(RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.of(limits.request()))
                .setResponseTimeout(Timeout.of(limits.request()))
                .build());
        AtomicBoolean timedOut = new AtomicBoolean();
        // The response timeout only limits the pause between two bytes; a server that drips needs a deadline.
        Future<?> deadline = timer.schedule(
                () -> {
                    timedOut.set(true);
                    request.cancel();
                },
                limits.request().toNanos(),
                TimeUnit.NANOSECONDS);
        try {
            return client.execute(request, context, response -> {
                if (proxy != null && isFromProxy(request, response, context)) {
                    throw new TransportErrors.ProxyRefused(response.getCode());
                }
                return read(host, response);
            });
        } catch (IOException x) {
            throw new TransportErrors(host, proxy, limits).explain(x, timedOut.get());
        } finally {
            deadline.cancel(false);
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
                throw new TransportErrors.BodyTooLarge();
            }
            return new TransportResponse(host, response.getCode(), entity.getContentType(), retryAfter, body);
        }
    }

    private static String header(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }

    @Override
    public void close() throws IOException {
        client.close();
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
                        proxy.secret() == null ? new char[0] : proxy.secret().toCharArray())
                : null;
    }
}
