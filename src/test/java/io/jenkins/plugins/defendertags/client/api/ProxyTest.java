package io.jenkins.plugins.defendertags.client.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ClientSecret;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.TagQueues;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.ForwardingProxy;
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
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A proxy that wants a password, seen from the client; what Jenkins has to say to it is tested there. */
@Timeout(60)
class ProxyTest {

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    private volatile ProxyServer proxy;

    @AutoClose
    private final TagQueues queues = new TagQueues(() -> Timeouts.DEFAULT, host -> proxy, () -> QueueSettings.DEFAULT);

    private final DefenderClient client = queues.client();

    @BeforeEach
    void addMachine() {
        simulator.addMachine(Simulated.ID, "build-07.example.com");
    }

    @Test
    void passwordGoesToTheProxyAndToNoServerThatAsksForOne() throws Exception {
        try (ForwardingProxy forwarding = new ForwardingProxy("user", "proxy-password", null)) {
            proxy = new ProxyServer("localhost", forwarding.port(), "user", "proxy-password");
            client.addOrRemoveTag(Simulated.registration(simulator), Simulated.change("Add", "x"));
            assertEquals(2, forwarding.forwarded().size());
            assertFalse(forwarding.refused().isEmpty(), "it had to ask");

            List<String> given = new CopyOnWriteArrayList<>();
            simulator.failApiCalls(exchange -> {
                given.add(exchange.getRequestHeaders().getFirst("Authorization"));
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"mine\"");
                Fault.answer(401, "text/plain", "").apply(exchange);
            });
            assertThrows(
                    DefenderException.class,
                    () -> client.addOrRemoveTag(Simulated.registration(simulator), Simulated.change("Add", "y")));
            assertFalse(given.isEmpty());
            assertTrue(given.stream().allMatch(header -> header.startsWith("Bearer ")), given::toString);
        }
    }

    @Test
    void tunnelIsOpenedWithThePasswordAndOnlyTlsGoesThrough() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ForwardingProxy forwarding = new ForwardingProxy("user", "proxy-password", target.getLocalPort())) {
            proxy = new ProxyServer("localhost", forwarding.port(), "user", "proxy-password");
            CompletableFuture<byte[]> arrived = CompletableFuture.supplyAsync(() -> firstBytes(target));
            AppRegistration real = new AppRegistration(
                    Cloud.PRESETS.get(0), DefenderSimulator.TENANT, DefenderSimulator.CLIENT, new ClientSecret("hush"));
            DefenderException x = assertThrows(
                    DefenderException.class, () -> client.addOrRemoveTag(real, Simulated.change("Add", "x")));
            assertTrue(x.getMessage().contains("through the proxy localhost:" + forwarding.port()), x.getMessage());
            byte[] bytes = arrived.get(10, TimeUnit.SECONDS);
            assertEquals(22, bytes[0], "a TLS handshake");
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            assertTrue(text.contains("login.microsoftonline.com"), "asks for the server itself");
            assertFalse(text.contains("proxy-password") || text.contains("hush"));
            assertEquals(List.of("CONNECT login.microsoftonline.com:443 HTTP/1.1"), forwarding.forwarded());
        }
    }

    private static byte[] firstBytes(ServerSocket target) {
        try (Socket connection = target.accept()) {
            byte[] bytes = new byte[16_384];
            int length = connection.getInputStream().read(bytes);
            return Arrays.copyOf(bytes, length);
        } catch (IOException x) {
            throw new CompletionException(x);
        }
    }
}
