package io.jenkins.plugins.defendertags.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@code ./dev soak}. */
class FaultSoakTest {

    @Test
    @Timeout(180)
    void everyTenthFaultLosesNothing() throws Exception {
        FaultSoak soak = new FaultSoak();
        soak.run(10);
        assertTrue(soak.tried.get() > 50, "tried " + soak.tried);
        assertEquals(0, soak.lost.get(), "lost");
        assertEquals(0, soak.orderBroken.get(), "order broken");
        assertEquals(0, soak.hangs.get(), "hangs");
    }

    @Test
    @Timeout(180)
    void burstsLoseNothingWhileDefenderComesAndGoes() throws Exception {
        BurstSoak soak = new BurstSoak(42);
        soak.run(System.nanoTime());
        assertTrue(soak.changes > 1_000, "changes " + soak.changes);
        assertEquals(0, soak.lost, "lost");
        assertEquals(0, soak.hangs, "hangs");
    }
}
