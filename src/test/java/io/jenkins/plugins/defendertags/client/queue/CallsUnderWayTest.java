package io.jenkins.plugins.defendertags.client.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CallsUnderWayTest {

    private static final long HANGS = CallsUnderWay.HANGS_AFTER.toNanos();

    private final CallsUnderWay calls = new CallsUnderWay();

    private void start(long... starts) {
        LongStream.of(starts).forEach(calls::started);
    }

    @Test
    void twoStartAtOnce() {
        start(0);
        assertEquals(0, calls.waitFor(false, 1));
        start(1);
        assertEquals(HANGS - 2, calls.waitFor(false, 2), "until the older one hangs");
        calls.ended(0);
        assertEquals(0, calls.waitFor(false, 2));
    }

    @Test
    void callsThatHangMakeRoomForTwo() {
        start(0, 1);
        assertEquals(0, calls.waitFor(false, HANGS), "the first one hangs");
        start(HANGS);
        assertEquals(1, calls.waitFor(false, HANGS), "until the second one hangs");
        start(HANGS + 1);
        assertEquals(HANGS - 2, calls.waitFor(false, HANGS + 2));
    }

    @Test
    void neverMoreThanSix() {
        start(0, 0, 0, 0, 0);
        assertEquals(0, calls.waitFor(false, HANGS));
        start(0);
        assertEquals(RateLimiter.UNTIL_ONE_ENDS, calls.waitFor(false, 100 * HANGS));
    }

    @Test
    void probeIsAlone() {
        assertEquals(0, calls.waitFor(true, 0));
        start(0);
        assertEquals(RateLimiter.UNTIL_ONE_ENDS, calls.waitFor(true, 100 * HANGS));
    }
}
