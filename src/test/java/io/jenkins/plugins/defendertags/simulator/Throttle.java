package io.jenkins.plugins.defendertags.simulator;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** A limit of calls as Defender keeps it: so many in any span of this length, counted when they arrive. Thread-safe. */
public final class Throttle {

    /** The ways in which a 429 was seen to tell how long to wait. */
    public enum Told {
        /** {@code Retry-After: 8}. */
        SECONDS,
        /** {@code Retry-After: Tue, 24 Nov 2026 08:44:05 GMT}. */
        DATE,
        /** {@code You can send requests again in 8 seconds.} */
        MESSAGE,
        /** The same, in the envelope of the gateway in front of Defender. */
        GATEWAY_MESSAGE,
        NOT_AT_ALL
    }

    private final int calls;
    private final Duration window;
    private final Told told;
    private final Deque<Long> arrivals = new ArrayDeque<>();

    public Throttle(int calls, Duration window, Told told) {
        this.calls = calls;
        this.window = window;
        this.told = told;
    }

    /** A 429 that was not brought about by too many calls. */
    public static Fault refusal(Told told, Duration wait) {
        return exchange -> refuse(exchange, told, wait, 100, Duration.ofMinutes(1));
    }

    /** @return whether the call may go on; otherwise it is answered */
    synchronized boolean admits(HttpExchange exchange) throws IOException {
        long now = System.nanoTime();
        while (!arrivals.isEmpty() && now - arrivals.peekFirst() >= window.toNanos()) {
            arrivals.removeFirst();
        }
        if (arrivals.size() < calls) {
            arrivals.addLast(now);
            return true;
        }
        refuse(exchange, told, Duration.ofNanos(window.toNanos() - (now - arrivals.peekFirst())), calls, window);
        return false;
    }

    private static void refuse(HttpExchange exchange, Told told, Duration wait, int calls, Duration window)
            throws IOException {
        long seconds = Math.max(1, (wait.toMillis() + 999) / 1000);
        String message = "API calls quota exceeded! Maximum allowed " + calls + " per "
                + String.format("00:%02d:%02d", window.toMinutesPart(), window.toSecondsPart())
                + " for the key Destination+TenantID+AppID.";
        switch (told) {
            case SECONDS -> exchange.getResponseHeaders().set("Retry-After", "" + seconds);
            case DATE ->
                exchange.getResponseHeaders()
                        .set(
                                "Retry-After",
                                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                        Instant.now().plusSeconds(seconds).atOffset(ZoneOffset.UTC)));
            case MESSAGE, GATEWAY_MESSAGE -> message += " You can send requests again in " + seconds + " seconds.";
            case NOT_AT_ALL -> {}
        }
        if (told == Told.GATEWAY_MESSAGE) {
            DefenderSimulator.sendJson(exchange, 429, Map.of("statusCode", 429, "message", message));
        } else {
            DefenderSimulator.defenderError(exchange, 429, told == Told.MESSAGE ? "429" : "TooManyRequests", message);
        }
    }
}
