package io.jenkins.plugins.defendertags.client.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    private static final String DATE = "Tue, 24 Nov 2026 08:44:05 GMT";

    @ParameterizedTest
    @CsvSource({"8,8", "' 8 ',8", "0,1", "999999999,3600"})
    void seconds(String header, long seconds) {
        assertEquals(Duration.ofSeconds(seconds), RetryAfter.parse(header, DATE));
    }

    @ParameterizedTest
    @CsvSource({
        "'Tue, 24 Nov 2026 08:44:35 GMT',30",
        "'Tue, 24 Nov 2026 08:44:05 GMT',1",
        "'Tue, 24 Nov 2020 08:44:05 GMT',1",
        "'Tue, 1 Dec 2026 08:44:05 GMT',3600"
    })
    void dateByTheServersOwnClock(String header, long seconds) {
        assertEquals(Duration.ofSeconds(seconds), RetryAfter.parse(header, DATE));
    }

    @Test
    void dateByOurClockIfTheServerTellsNone() {
        String in30Seconds = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().plusSeconds(30).atOffset(ZoneOffset.UTC));
        long seconds = RetryAfter.parse(in30Seconds, null).toSeconds();
        assertTrue(seconds >= 25 && seconds <= 30, "" + seconds);
        assertTrue(RetryAfter.parse(in30Seconds, "yesterday").toSeconds() >= 25);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "soon", "-1", "8.5", "99999999999999999999", "Tue, 99 Nov 2026 08:44:05 GMT"})
    void nothingThatMakesSense(String header) {
        assertNull(RetryAfter.parse(header, DATE));
    }

    @Test
    void inTheMessage() {
        assertEquals(
                Duration.ofSeconds(8),
                RetryAfter.inMessage("API calls quota exceeded! Maximum allowed 30 per 00:01:00 for the key"
                        + " Destination+TenantID+AppID. You can send requests again in 8 seconds."));
        assertNull(RetryAfter.inMessage("API calls quota exceeded!"));
        assertNull(RetryAfter.inMessage(null));
    }
}
