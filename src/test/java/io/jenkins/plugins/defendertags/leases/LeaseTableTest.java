package io.jenkins.plugins.defendertags.leases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaseTableTest {

    private static final Instant NOW = Instant.now();
    private static final LeaseHolder BLOCK = new LeaseHolder.Block("1", "team/build#7", "agent-7");
    private static final LeaseHolder TIME =
            new LeaseHolder.Time("2", "security/quarantine#3", null, NOW.plus(Duration.ofHours(1)));
    private static final Locale LOCALE = Locale.getDefault();

    @BeforeAll
    static void speakEnglish() {
        Locale.setDefault(Locale.ENGLISH);
    }

    @AfterAll
    static void speakAsBefore() {
        Locale.setDefault(LOCALE);
    }

    private static Lease lease(LeaseHolder holder, String tag, int machine) {
        LeaseCredential credential = new LeaseCredential("defender", "simulated", "system", "t", "c");
        return Lease.of(holder, new MachineId(String.format("%040x", machine)), new Tag(tag), credential, NOW)
                .asAdded(true);
    }

    /** A lease whose holder ended at a time, and whose removal failed at another. */
    private static Lease failed(LeaseHolder holder, String tag, int machine, Instant ended, Instant attempt) {
        return lease(holder, tag, machine)
                .named("web-" + machine + ".example.com")
                .end(ended)
                .failed(RemovalAttempts.NONE.refused(attempt, new Problem("(Missing roles)", null)));
    }

    private static LeaseTable table(List<Lease> leases, String query, String page) {
        return new LeaseTable(leases, query, true, page, lease -> false);
    }

    @Test
    void pageHoldsFiftyOfManyLeases() {
        List<Lease> many = new ArrayList<>();
        for (int i = 0; i < 15_000; i++) {
            many.add(lease(BLOCK, "building", i));
        }
        LeaseTable last = table(many, null, "300");
        assertEquals("14,951 to 15,000 of 15,000 tags", last.getPosition());
        assertEquals(50, last.getRows().size());
        assertEquals("?page=299&all=true", last.getPaging().getPrevious());
        assertEquals(
                "?page=2&all=true&query=web+%26",
                table(
                                List.copyOf(many.stream()
                                        .map(lease -> lease.named("web &"))
                                        .toList()),
                                "web &",
                                "1")
                        .getPaging()
                        .getNext());
    }

    @Test
    void whatNeedsSomebodyComesFirst() {
        Lease inUse = lease(TIME, "quarantine", 1);
        Lease removing = lease(BLOCK, "building", 2).end(NOW);
        Lease retrying = failed(BLOCK, "building", 3, NOW, NOW);
        Lease givenUp = failed(BLOCK, "building", 4, NOW.minus(Duration.ofDays(8)), NOW);
        List<ShownLease> rows =
                table(List.of(inUse, removing, retrying, givenUp), "", null).getRows();
        assertEquals(
                List.of(
                        ShownLease.State.GIVEN_UP,
                        ShownLease.State.RETRYING,
                        ShownLease.State.REMOVING,
                        ShownLease.State.IN_USE),
                rows.stream().map(ShownLease::getState).toList());
        assertEquals(null, rows.get(0).getNextAttempt());
        assertTrue(rows.get(1).getNextAttempt().toInstant().isAfter(NOW));
        assertEquals("TIME", rows.get(3).getHolder());
        assertEquals(
                NOW.plus(Duration.ofHours(1)).toEpochMilli(),
                rows.get(3).getUntil().getTime());
    }

    @ParameterizedTest
    @CsvSource({
        "QUARANTINE, 1",
        "web-3, 1",
        "000000000000000000000000000000000003, 1",
        "team/build#7, 1",
        "agent-7, 1",
        "defender, 2",
        "missing ROLES, 1",
        "(missing, 1",
        ".*, 0",
        "' building ', 1",
        "nothing, 0"
    })
    void searchFindsTagMachineHolderCredentialAndProblem(String query, int expected) {
        List<Lease> leases = List.of(lease(TIME, "quarantine", 1), failed(BLOCK, "building", 3, NOW, NOW));
        LeaseTable table = table(leases, query, null);
        assertEquals(expected, table.getRows().size());
        assertEquals(
                expected == 0
                        ? "No tags match."
                        : "1 to " + expected + " of " + expected + (expected == 1 ? " tag" : " tags"),
                table.getPosition());
    }

    @Test
    void hostileNamesAreOneLine() {
        Lease lease = lease(BLOCK, "x\u202Ey", 1).named("a\nb\u202Ec");
        ShownLease shown = table(List.of(lease), null, null).getRows().get(0);
        assertEquals("x y", shown.getTag());
        assertEquals("a b c", shown.getMachine());
    }
}
