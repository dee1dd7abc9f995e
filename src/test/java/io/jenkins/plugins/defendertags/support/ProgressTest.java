package io.jenkins.plugins.defendertags.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private static final Progress NOTHING = new Progress(0, 0);
    private static final Duration SHORT = Duration.ofSeconds(10);

    @Test
    void readsWell() {
        assertEquals("400 of 1,000 machines done", new Progress(400, 1000).toString());
    }

    @Test
    void isToldAtEachTenth() {
        assertFalse(new Progress(99, 1000).isWorthALine(NOTHING, SHORT));
        assertTrue(new Progress(100, 1000).isWorthALine(NOTHING, SHORT));
        assertFalse(new Progress(199, 1000).isWorthALine(new Progress(100, 1000), SHORT));
        assertTrue(new Progress(200, 1000).isWorthALine(new Progress(100, 1000), SHORT));
    }

    @Test
    void isToldOnceAMinuteIfItIsSlow() {
        Duration minute = Duration.ofMinutes(1);
        assertTrue(new Progress(101, 10_000).isWorthALine(new Progress(100, 10_000), minute));
        assertFalse(new Progress(100, 10_000).isWorthALine(new Progress(100, 10_000), minute), "nothing is new");
    }

    @Test
    void isNotToldOfShortListsOrAtTheEnd() {
        assertFalse(new Progress(50, 100).isWorthALine(NOTHING, SHORT));
        assertTrue(new Progress(50, 101).isWorthALine(NOTHING, SHORT));
        assertFalse(new Progress(1000, 1000).isWorthALine(NOTHING, SHORT), "then each machine has its line");
    }
}
