package io.jenkins.plugins.defendertags.client.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;

/** A transport with a simulated Defender at its other end. */
@Timeout(60)
abstract class TransportTests {

    @AutoClose
    final DefenderSimulator simulator = new DefenderSimulator();

    volatile Timeouts timeouts = Timeouts.DEFAULT;
    volatile ProxyServer proxy;

    @AutoClose("shutdownNow")
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("test-timer"));

    @AutoClose
    final HttpTransport transport = new HttpTransport(() -> timeouts, host -> proxy, timer);

    TransportResponse get(String url) throws DefenderException {
        return transport.send(new HttpGet(url));
    }

    DefenderException fails() {
        return fails(simulator.url() + "/api/machines");
    }

    DefenderException fails(String url) {
        DefenderException failure = assertThrows(DefenderException.class, () -> get(url));
        assertEquals(SingleLine.of(failure.getMessage(), 1000), failure.getMessage());
        return failure;
    }

    void assertFails(Kind kind, String part) {
        assertFails(kind, part, simulator.url() + "/api/machines");
    }

    void assertFails(Kind kind, String part, String url) {
        DefenderException failure = fails(url);
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
        assertEquals(kind, failure.kind());
    }
}
