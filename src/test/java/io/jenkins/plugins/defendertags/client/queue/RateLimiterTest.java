package io.jenkins.plugins.defendertags.client.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

    private static final RateLimit LIMIT = new RateLimit(3, Duration.ofNanos(100));

    private final RateLimiter budget = new RateLimiter();

    @Test
    void aCallCountsUntilAWholeWindowAfterItsEnd() {
        for (long end : new long[] {10, 20, 30}) {
            assertEquals(0, waitFor(0, end));
            budget.ended(List.of(LIMIT), end);
        }
        assertEquals(80, waitFor(0, 30));
        assertEquals(1, waitFor(0, 109));
        assertEquals(0, waitFor(0, 110));
        assertEquals(10, waitFor(1, 110), "one under way takes the place of the one that has left");
    }

    @Test
    void callsUnderWayCount() {
        assertEquals(0, waitFor(2, 0));
        assertEquals(RateLimiter.UNTIL_ONE_ENDS, waitFor(3, 0));
    }

    @Test
    void allLimitsHold() {
        List<RateLimit> limits = List.of(LIMIT, new RateLimit(4, Duration.ofNanos(1000)));
        for (int i = 0; i < 4; i++) {
            budget.ended(limits, i * 200L);
        }
        assertEquals(300, budget.waitFor(limits, 0, 700));
        assertEquals(limits.get(1), budget.tightest(limits, 0, 700));
        assertEquals(0, budget.waitFor(limits, 0, 1000));
        assertNull(budget.tightest(limits, 0, 1000));
    }

    @Test
    void higherLimitKeepsWhatWasCounted() {
        for (int i = 0; i < 5; i++) {
            budget.ended(List.of(LIMIT), i);
        }
        RateLimit higher = new RateLimit(5, Duration.ofNanos(100));
        assertEquals(0, budget.waitFor(List.of(higher), 0, 5));
        budget.ended(List.of(higher), 5);
        budget.ended(List.of(higher), 6);
        assertEquals(102 - 7, budget.waitFor(List.of(higher), 0, 7), "2, 3, 4, 5 and 6 are known; 0 and 1 are not");
    }

    /** Whatever happens between start and end of a call, Defender never counts more than the limit in a window. */
    @Property(tries = 300)
    void neverMoreThanTheLimitArrivesInAnyWindow(@ForAll long seed, @ForAll @IntRange(min = 1, max = 7) int calls) {
        RateLimit limit = new RateLimit(calls, Duration.ofNanos(1000));
        Random random = new Random(seed);
        RateLimiter tried = new RateLimiter();
        List<Long> arrivals = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        for (long now = 0; now < 20_000; now++) {
            while (ends.remove((Object) now)) {
                tried.ended(List.of(limit), now);
            }
            if (random.nextInt(20) == 0 && tried.waitFor(List.of(limit), ends.size(), now) == 0) {
                int takes = 1 + random.nextInt(600);
                arrivals.add(now + random.nextInt(takes));
                ends.add(now + takes);
            }
        }
        arrivals.sort(null);
        for (int i = calls; i < arrivals.size(); i++) {
            assertTrue(arrivals.get(i) - arrivals.get(i - calls) >= 1000, "calls " + (i - calls) + " to " + i);
        }
        assertTrue(arrivals.size() > calls, "something was tried at all");
    }

    private long waitFor(int underWay, long now) {
        return budget.waitFor(List.of(LIMIT), underWay, now);
    }
}
