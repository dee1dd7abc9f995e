package io.jenkins.plugins.defendertags.client.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeoutsTest {

    @ParameterizedTest
    @CsvSource({"0,1,connect", "-1,1,connect", "1,0,request", "1,3601,request"})
    void timeoutOutOfBoundsIsRefused(int connect, int request, String wrong) {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> new Timeouts(Duration.ofSeconds(connect), Duration.ofSeconds(request)))
                .getMessage();
        int seconds = wrong.equals("connect") ? connect : request;
        assertEquals("The " + wrong + " timeout of " + seconds + " s is not usable. Give 1 to 3600 s.", message);
    }

    @Test
    void anHourIsAllowed() {
        assertEquals(Duration.ofHours(1), new Timeouts(Duration.ofSeconds(1), Duration.ofHours(1)).request());
    }
}
