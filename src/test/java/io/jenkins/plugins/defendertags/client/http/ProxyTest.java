package io.jenkins.plugins.defendertags.client.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.ForwardingProxy;
import io.jenkins.plugins.defendertags.simulator.RefusingProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way through a proxy. How Jenkins' proxy configuration is read is tested elsewhere. */
class ProxyTest extends TransportTests {

    private static final String REAL = "https://login.microsoftonline.com/x";
    private static final String CHECK_PASSWORD = "Check the proxy's user name and password in Manage Jenkins > System.";

    @Test
    void passwordGoesToTheProxyAndToNoServerThatAsksForOne() throws Exception {
        try (ForwardingProxy forwarding = new ForwardingProxy("user", "proxy-password", null)) {
            use(forwarding.port());
            List<String> given = new CopyOnWriteArrayList<>();
            simulator.failApiCalls(exchange -> {
                given.add(exchange.getRequestHeaders().getFirst("Authorization"));
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"mine\"");
                Fault.empty(401).apply(exchange);
            });
            HttpGet request = new HttpGet(simulator.url() + "/api/machines");
            request.setHeader("Authorization", "Bearer x");
            assertEquals(401, transport.send(request).status());
            assertEquals(List.of("Bearer x"), given);
            assertEquals(1, forwarding.forwarded().size());
            assertEquals(1, forwarding.refused().size(), "the proxy had to ask first");
        }
    }

    @Test
    void tunnelIsOpenedWithThePasswordAndOnlyTlsGoesThrough() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ForwardingProxy forwarding = new ForwardingProxy("user", "proxy-password", target.getLocalPort())) {
            use(forwarding.port());
            CompletableFuture<byte[]> arrived = CompletableFuture.supplyAsync(() -> readFirstBytes(target));
            String message = fails(REAL).getMessage();
            assertTrue(message.contains("through the proxy localhost:" + forwarding.port()), message);
            byte[] bytes = arrived.get(10, TimeUnit.SECONDS);
            assertEquals(22, bytes[0], "a TLS handshake");
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            assertTrue(text.contains("login.microsoftonline.com"), "asks for the server itself");
            assertFalse(text.contains("proxy-password"));
            assertEquals(List.of("CONNECT login.microsoftonline.com:443 HTTP/1.1"), forwarding.forwarded());
        }
    }

    private static byte[] readFirstBytes(ServerSocket target) {
        try (Socket connection = target.accept()) {
            byte[] bytes = new byte[16_384];
            int length = connection.getInputStream().read(bytes);
            return Arrays.copyOf(bytes, length);
        } catch (IOException x) {
            throw new CompletionException(x);
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "403, -, Have login.microsoftonline.com allowed there",
                "502, -, Have login.microsoftonline.com allowed there",
                "407, -, " + CHECK_PASSWORD,
                "401, -, " + CHECK_PASSWORD,
                "407, 'Basic realm=\"a, b\"', " + CHECK_PASSWORD,
                "407, 'Negotiate, Basic realm=\"x\"', " + CHECK_PASSWORD,
                "407, 'NTLM', 'It only offers NTLM authentication, but Jenkins only supports Basic and Digest.'",
                "407, 'Negotiate, NTLM', 'It only offers Negotiate, NTLM authentication'",
                "407, 'Negotiate oRQwEqADCgEB', 'exclude login.microsoftonline.com from the proxy'",
            })
    void refusalOfATunnelSaysWhatToDo(int status, String challenge, String remedy) throws Exception {
        try (RefusingProxy refusing =
                challenge == null ? new RefusingProxy(status) : new RefusingProxy(status, challenge)) {
            use(refusing.port());
            DefenderException failure = fails(REAL);
            assertEquals(Kind.UNREACHABLE, failure.kind());
            assertEquals(ErrorCode.PROXY_REFUSED, failure.errorCode());
            String message = failure.getMessage();
            assertTrue(
                    message.startsWith("The proxy localhost:" + refusing.port()
                            + " refused the connection to login.microsoftonline.com (HTTP " + status + ")."),
                    message);
            assertTrue(message.contains(remedy), message);
            assertFalse(message.contains("proxy-password"), message);
            assertEquals(
                    "CONNECT login.microsoftonline.com:443 HTTP/1.1",
                    refusing.requests().get(0));
        }
    }

    @Test
    void schemesInSeveralHeadersAreAllRead() throws Exception {
        try (RefusingProxy refusing = new RefusingProxy(407, "Negotiate", "NTLM")) {
            use(refusing.port());
            assertTrue(fails(REAL).getMessage().contains("It only offers Negotiate, NTLM authentication"));
        }
        try (RefusingProxy refusing = new RefusingProxy(407, "NTLM", "basic realm=\"x\"")) {
            use(refusing.port());
            assertTrue(fails(REAL).getMessage().contains(CHECK_PASSWORD));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic realm=\"x\"", "Digest realm=\"x\", qop=\"auth\", nonce=\"1\""})
    void supportedSchemesAreAnswered(String challenge) throws Exception {
        try (RefusingProxy refusing = new RefusingProxy(407, challenge)) {
            use(refusing.port());
            fails(REAL);
            String scheme = challenge.split(" ")[0];
            assertTrue(
                    refusing.requests().stream()
                            .anyMatch(line -> line.startsWith("Proxy-Authorization: " + scheme + " ")),
                    refusing.requests().toString());
        }
    }

    @Test
    void refusalOfPlainHttpComesFromTheProxyToo() throws Exception {
        try (RefusingProxy refusing = new RefusingProxy(407, "Basic realm=\"x\"")) {
            proxy = new ProxyServer("localhost", refusing.port(), null, null);
            assertTrue(fails().getMessage().contains(CHECK_PASSWORD));
            assertEquals(List.of(), simulator.requests());
        }
    }

    @Test
    void unknownProxyIsNamed() {
        proxy = new ProxyServer("proxy.invalid", 3128, null, null);
        assertFails(
                Kind.UNREACHABLE, "The host name of the proxy proxy.invalid:3128 cannot be resolved. Check the proxy");
    }

    @Test
    void passwordIsInNoText() {
        assertEquals("proxy:3128", new ProxyServer("proxy", 3128, "user", "hush").toString());
    }

    private void use(int port) {
        proxy = new ProxyServer("localhost", port, "user", "proxy-password");
    }
}
