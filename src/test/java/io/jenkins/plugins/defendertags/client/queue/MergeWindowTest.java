package io.jenkins.plugins.defendertags.client.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergeWindowTest {

    private static final List<RateLimit> LIMITS = QueueSettings.DEFAULT.limits();

    private final MergeWindow window = new MergeWindow();

    private static long millis(long count) {
        return Duration.ofMillis(count).toNanos();
    }

    private void assertWait(long expected, long now) {
        assertEquals(millis(expected), window.waitFor(LIMITS, millis(now)));
    }

    @Test
    void whatIsAloneNeverWaits() {
        for (int i = 0; i < 100; i++) {
            window.arrived(millis(i));
            assertTrue(window.waitFor(LIMITS, millis(i)) <= 0);
            window.started(1, millis(i));
            window.ended();
        }
    }

    @Test
    void moreGathersUntilTheCallIsBack() {
        window.arrived(0);
        window.started(1, 0);
        window.arrived(millis(50));
        assertWait(2_350, 50);
        window.ended();
        assertWait(0, 100);
    }

    @Test
    void callThatHangsHoldsUpNothingForLonger() {
        window.started(1, 0);
        window.arrived(millis(50));
        assertWait(0, 2_400);
    }

    @Test
    void mergedCallsWaitUntilNothingArrivesForAMoment() {
        window.started(5, 0);
        window.ended();
        window.arrived(millis(100));
        assertWait(200, 100);
        window.arrived(millis(250));
        assertWait(150, 300);
        assertWait(0, 450);
    }

    @Test
    void endlessArrivalsWaitNoLongerThanTheLimitTakes() {
        window.started(5, 0);
        window.ended();
        for (int i = 0; i < 24; i++) {
            window.arrived(millis(100 * i));
            assertTrue(window.waitFor(LIMITS, millis(100 * i)) > 0);
        }
        window.arrived(millis(2_400));
        assertWait(0, 2_400);
    }

    @Test
    void withoutLimitsNothingWaits() {
        List<RateLimit> generous = List.of(RateLimit.perMinute(60_000_000));
        window.started(5, 0);
        window.arrived(millis(10));
        assertTrue(window.waitFor(generous, millis(10)) <= 0);
    }

    @Test
    void isOverOnceNothingIsMerged() {
        assertTrue(window.isOver(LIMITS, 0));
        window.started(5, 0);
        assertFalse(window.isOver(LIMITS, millis(5_000)));
        window.ended();
        assertFalse(window.isOver(LIMITS, millis(1_000)));
        assertTrue(window.isOver(LIMITS, millis(2_400)));
    }
}
