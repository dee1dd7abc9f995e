package io.jenkins.plugins.defendertags.client.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "2,2", "3,4", "6,32", "7,60", "1000,60", "2147483647,60"})
    void doublesUpToTheLongest(int failures, int seconds) {
        assertEquals(Duration.ofSeconds(seconds), backoff.longestDelay(failures));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 50})
    void jitterShortensByUpToHalf(int failures) {
        Duration longest = backoff.longestDelay(failures);
        for (int i = 0; i < 1_000; i++) {
            Duration delay = backoff.delay(failures);
            assertTrue(delay.compareTo(longest) <= 0 && delay.compareTo(longest.dividedBy(2)) >= 0, delay.toString());
        }
    }

    @Test
    void noDelayAtAll() {
        assertEquals(Duration.ZERO, new Backoff(Duration.ZERO, Duration.ZERO).delay(5));
    }

    @Test
    void rejectsWhatIsNoDelay() {
        assertThrows(IllegalArgumentException.class, () -> new Backoff(Duration.ofSeconds(-1), Duration.ofSeconds(1)));
    }
}
