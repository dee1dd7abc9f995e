package io.jenkins.plugins.defendertags.client.http;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends one request and returns the complete response, or throws an error that says why there is none. Follows no
 * redirects, keeps no cookies and never retries: the {@code TagQueue} alone decides about retries.
 *
 * <p>Thread-safe. Blocks its caller for at most the request timeout.
 */
public final class HttpTransport implements Closeable {

    /** In bytes, after decompression. The largest documented response is a page of 10,000 machines. */
    static final int MAX_BODY = 32 << 20;

    /**
     * The queues limit how many calls are made at once. The pool must never do so: calls to a server that hangs would keep
     * those to other servers waiting.
     */
    private static final int MAX_CONNECTIONS = 1000;

    private static final TimeValue IDLE = TimeValue.ofSeconds(60);
    private static final String PROXY = ProxyServer.class.getName();

    private final Supplier<Timeouts> timeouts;
    private final ProxyServer.Chooser proxies;
    private final CloseableHttpClient client;
    private final RequestDeadlines deadlines;

    /** @param timer runs only short tasks */
    public HttpTransport(Supplier<Timeouts> timeouts, ProxyServer.Chooser proxies, ScheduledExecutorService timer) {
        this.timeouts = timeouts;
        this.proxies = proxies;
        deadlines = new RequestDeadlines(timer);
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

    /** @throws DefenderException if no complete response came in time; its kind says whether the request was sent */
    public TransportResponse send(HttpUriRequestBase request) throws DefenderException {
        return send(request, proxies.forHost(request.getAuthority().getHostName()));
    }

    /** Sends without a proxy, for servers that only this machine reaches. */
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
        // The response timeout only limits the pause between two bytes. A server that drips needs a deadline.
        RequestDeadlines.Deadline deadline = deadlines.start(limits.request(), () -> {
            timedOut.set(true);
            request.cancel();
        });
        try {
            return client.execute(request, context, response -> {
                if (proxy != null && isFromProxy(request, response, context)) {
                    throw new TransportErrors.ProxyRefused(response.getCode(), offeredSchemes(response));
                }
                return read(host, response);
            });
        } catch (IOException x) {
            throw new TransportErrors(host, proxy, limits).explain(x, timedOut.get());
        } finally {
            deadlines.meet(deadline);
        }
    }

    /** HttpClient returns a proxy's refusal to open a tunnel as if it were the server's response; but then there is no TLS. */
    private static boolean isFromProxy(
            HttpUriRequestBase request, ClassicHttpResponse response, HttpClientContext context) {
        return response.getCode() == 407
                || request.getScheme().equalsIgnoreCase("https") && context.getSSLSession() == null;
    }

    /** One header can list several challenges, each with parameters. */
    private static List<String> offeredSchemes(ClassicHttpResponse response) {
        return Stream.of(response.getHeaders(HttpHeaders.PROXY_AUTHENTICATE))
                .flatMap(header -> Stream.of(header.getValue().split(",")))
                .map(challenge -> challenge.strip().split(" ", 2)[0])
                .filter(word -> word.matches("[A-Za-z][A-Za-z0-9-]*"))
                .distinct()
                .toList();
    }

    private static TransportResponse read(String host, ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        Duration retryAfter =
                RetryAfter.parse(header(response, HttpHeaders.RETRY_AFTER), header(response, HttpHeaders.DATE));
        if (entity == null) {
            return new TransportResponse(host, response.getCode(), null, retryAfter, new byte[0]);
        }
        byte[] body = EntityUtils.toByteArray(entity, MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw new TransportErrors.BodyTooLarge();
        }
        return new TransportResponse(host, response.getCode(), entity.getContentType(), retryAfter, body);
    }

    @CheckForNull
    private static String header(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }

    /** Returns whether a server was reached, but no complete answer came in time; a smaller one may. */
    public static boolean isSlowAnswer(DefenderException failure) {
        return TransportErrors.isSlowAnswer(failure);
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

    /** Gives a proxy's password to that proxy alone, and nothing to a server that answers 401. */
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
