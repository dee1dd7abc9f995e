package io.jenkins.plugins.defendertags.simulator;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What the simulator does to one request instead of answering it properly. */
@FunctionalInterface
public interface Fault {

    void apply(HttpExchange exchange) throws IOException, InterruptedException;

    /** Whether the change has been made by then, so that only its answer is lost. */
    default boolean takesRequest() {
        return false;
    }

    /** The same, after the change has been made. */
    default Fault afterwards() {
        Fault fault = this;
        return new Fault() {
            @Override
            public void apply(HttpExchange exchange) throws IOException, InterruptedException {
                fault.apply(exchange);
            }

            @Override
            public boolean takesRequest() {
                return true;
            }
        };
    }

    /** Closes the connection without a word. */
    static Fault closed() {
        return exchange -> {};
    }

    /** An answer of any status and body. */
    static Fault answer(int status, String contentType, String body) {
        return exchange -> DefenderSimulator.send(exchange, status, contentType, body);
    }

    /** A status without a body. */
    static Fault empty(int status) {
        return exchange -> exchange.sendResponseHeaders(status, -1);
    }

    /** What the gateway in front of Defender answers by itself. */
    static Fault gatewayJson(int status, String message) {
        return exchange ->
                DefenderSimulator.sendJson(exchange, status, Map.of("statusCode", status, "message", message));
    }

    /** What a captive gateway answers. */
    static Fault html(int status) {
        return answer(
                status, "text/html; charset=utf-8", "<html><body><h1>Sign in to the guest network</h1></body></html>");
    }

    /** Defender's error envelope. */
    static Fault defenderError(int status, String code, String message) {
        return exchange -> DefenderSimulator.defenderError(exchange, status, code, message);
    }

    /** Promises more bytes than come. */
    static Fault cutShort() {
        return exchange -> {
            byte[] start = "{\"id\":\"1e5bc9d7".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, start.length + 1000L);
            exchange.getResponseBody().write(start);
            exchange.getResponseBody().flush();
        };
    }

    /** A body of so many megabytes, as JSON. */
    static Fault huge(int megabytes) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write("{\"id\":\"".getBytes(StandardCharsets.UTF_8));
                byte[] megabyte = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < megabytes; i++) {
                    body.write(megabyte);
                }
                body.write("\"}".getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    /** Answers nothing, for as long as a test may take. */
    static Fault silence() {
        return exchange -> TimeUnit.MINUTES.sleep(5);
    }

    /** No answer until then, and then the connection is closed. */
    static Fault silenceUntil(CountDownLatch end) {
        return exchange -> end.await();
    }

    /** Answers properly at first sight, one byte after the other with such a pause. */
    static Fault drip(long pauseMillis) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 100_000);
            for (int i = 0; i < 100_000; i++) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
                TimeUnit.MILLISECONDS.sleep(pauseMillis);
            }
        };
    }
}
