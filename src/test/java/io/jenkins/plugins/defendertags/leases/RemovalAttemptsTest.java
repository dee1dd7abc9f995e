package io.jenkins.plugins.defendertags.leases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.Problem;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemovalAttemptsTest {

    private static final Instant ENDED = Instant.parse("2026-11-27T10:00:00Z");
    private static final Problem PROBLEM = new Problem("no", null);

    @ParameterizedTest
    @CsvSource({"1,10", "2,20", "3,40", "6,320", "7,360", "20,360"})
    void refusalsAreTriedAgainEverLessOften(int refusals, int minutes) {
        RemovalAttempts attempts = RemovalAttempts.NONE;
        for (int i = 0; i < refusals; i++) {
            attempts = attempts.refused(ENDED, PROBLEM);
        }
        assertEquals(ENDED.plus(Duration.ofMinutes(minutes)), attempts.next(ENDED));
        assertEquals(refusals, attempts.count());
    }

    @Test
    void firstAttemptIsDueAtOnceAndNoneAfterSevenDays() {
        assertEquals(ENDED, RemovalAttempts.NONE.next(ENDED));
        RemovalAttempts late = RemovalAttempts.NONE.refused(ENDED.plus(Duration.ofDays(7)), PROBLEM);
        assertNull(late.next(ENDED));
    }

    @Test
    void afterAnOutageTheNextAttemptIsDueAtOnce() {
        RemovalAttempts attempts = RemovalAttempts.NONE;
        for (int minute = 0; minute < 24 * 60; minute++) {
            Instant start = ENDED.plus(Duration.ofMinutes(minute));
            attempts = attempts.delayed(start, PROBLEM); // at the queue's deadline, which is a minute or more
            assertFalse(attempts.next(ENDED).isAfter(start.plus(Duration.ofMinutes(1))));
        }
        assertEquals(
                ENDED.plus(Duration.ofMinutes(10)),
                attempts.refused(ENDED, PROBLEM).next(ENDED));
    }

    @Test
    void unknownMachineThatIsListedIsTriedAgainSoonButOnlyOnce() {
        RemovalAttempts first = RemovalAttempts.NONE.contradicted(ENDED, PROBLEM);
        assertEquals(ENDED.plus(Duration.ofMinutes(1)), first.next(ENDED));
        assertEquals(
                ENDED.plus(Duration.ofMinutes(20)),
                first.contradicted(ENDED, PROBLEM).next(ENDED));
    }

    @Test
    void machineIsGoneAfterSeveralAnswersOverAnHour() {
        RemovalAttempts attempts = RemovalAttempts.NONE;
        for (int i = 0; i < 10; i++) {
            attempts = attempts.machineUnknown(ENDED, PROBLEM);
        }
        assertFalse(attempts.isMachineGone(ENDED.plus(Duration.ofMinutes(59))), "too soon");
        assertTrue(attempts.isMachineGone(ENDED.plus(Duration.ofHours(1))));
        RemovalAttempts twice =
                RemovalAttempts.NONE.machineUnknown(ENDED, PROBLEM).machineUnknown(ENDED, PROBLEM);
        assertFalse(twice.isMachineGone(ENDED.plus(Duration.ofDays(1))), "too few");
        assertFalse(
                attempts.refused(ENDED, PROBLEM).isMachineGone(ENDED.plus(Duration.ofDays(1))), "it was known since");
    }
}
