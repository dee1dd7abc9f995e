package io.jenkins.plugins.defendertags.client.http;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Exchanges that end without a usable response. */
class TransportErrorsTest extends TransportTests {

    @Test
    void bodyIsCutShort() {
        simulator.failNextRequests(Fault.cutShort());
        assertFails(Kind.NO_ANSWER, "The answer from localhost was cut short");
    }

    @Test
    void connectionIsClosedWithoutAnswer() {
        simulator.failNextRequests(Fault.closed());
        assertFails(Kind.NO_ANSWER, "The answer from localhost was cut short (NoHttpResponseException).");
    }

    @Test
    void bodyIsTooLarge() {
        simulator.failNextRequests(Fault.huge(50));
        assertFails(Kind.TOO_LARGE, "The answer from localhost is larger than 32 MB. Name the machines by their IDs");
    }

    static Stream<Arguments> slowAnswers() {
        return Stream.of(Arguments.of("silent", Fault.silence()), Arguments.of("dripping", Fault.drip(100)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slowAnswers")
    void answerTakesTooLong(String how, Fault fault) {
        timeouts = new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(1));
        simulator.failNextRequests(fault);
        assertFails(Kind.NO_ANSWER, "No complete answer from localhost within 1 s.");
    }

    @Test
    void nothingListens() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertFails(
                Kind.NO_ANSWER,
                "No connection to localhost. Check that the Jenkins controller can reach this host, and whether it needs a"
                        + " proxy",
                "http://localhost:" + port);
    }

    @Test
    void hostNameIsUnknown() {
        assertFails(
                Kind.UNREACHABLE, "The host name defender.invalid cannot be resolved.", "http://defender.invalid/api");
    }

    @Test
    void serverDoesNotSpeakTls() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture.runAsync(() -> answerPlainly(plain));
            assertFails(
                    Kind.NO_ANSWER,
                    "No trusted TLS connection to localhost (",
                    "https://localhost:" + plain.getLocalPort());
        }
    }

    private static void answerPlainly(ServerSocket server) {
        try (Socket client = server.accept()) {
            client.getInputStream().read();
            client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException x) {
            throw new CompletionException(x);
        }
    }

    @Test
    void serversThatHangKeepNoOtherServerWaiting() throws Exception {
        simulator.failApiCalls(Fault.silence());
        ExecutorService callers = Executors.newCachedThreadPool(DaemonThreads.named("test-caller"));
        try (DefenderSimulator other = new DefenderSimulator()) {
            for (int i = 0; i < 50; i++) {
                callers.submit(() -> get(simulator.url() + "/api/machines"));
            }
            await().until(() -> simulator.apiCalls() == 50);
            assertEquals(401, get(other.url() + "/api/machines").status());
        } finally {
            callers.shutdownNow();
        }
    }
}
