package io.jenkins.plugins.defendertags.client.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether a change altered its machine is told where it is known, and costs no call. */
class ChangeEffectTest extends SteppedQueueTests {

    @BeforeEach
    void signIn() {
        addMachines(100);
        add("warm", 99).result().join();
        newCalls();
    }

    private PendingChange remove(String tag, int machine) {
        return queue.submit(registration, change(TagAction.REMOVE, tag, machine));
    }

    @Test
    void changeOfAMachineThatNobodyReadIsUnknown() {
        assertEquals(ChangeEffect.UNKNOWN, add("x", 0).effect());
        assertEquals(1, newCalls().size());
    }

    @Test
    void repeatedChangeWasNeedless() {
        add("x", 0);
        assertEquals(ChangeEffect.ALREADY_SO, add("x", 0).effect());
        assertEquals(ChangeEffect.CHANGED, remove("x", 0).effect());
        assertEquals(3, newCalls().size());
    }

    @Test
    void changeAfterAReadIsKnown() {
        read(0).join();
        assertEquals(ChangeEffect.CHANGED, add("x", 0).effect());
        read(1).join();
        assertEquals(ChangeEffect.ALREADY_SO, remove("x", 1).effect());
    }

    @Test
    void changesInBulkAreKnownFromReads() {
        simulator.machines().get(id(3)).has("x");
        IntStream.range(0, 50).forEach(i -> read(i).join());
        List<PendingChange> changes = addToMany("x", 0, 50);
        timer.advance(SECOND.multipliedBy(5));
        assertEquals(50, done(changes));
        IntStream.range(0, 50)
                .forEach(i -> assertEquals(
                        i == 3 ? ChangeEffect.ALREADY_SO : ChangeEffect.CHANGED,
                        changes.get(i).effect()));
    }

    @Test
    void changeWhoseAnswerWasLostIsJudgedByWhatWasThereBefore() {
        read(0).join();
        simulator.failNextApiCalls(Fault.closed().afterwards());
        PendingChange change = add("x", 0);
        timer.advance(SECOND.multipliedBy(5));
        assertTrue(change.result().isDone());
        assertEquals(ChangeEffect.CHANGED, change.effect());
    }

    @Test
    void needlessChangeThatDefenderRefusesWasNeedless() {
        simulator.machines().get(id(0)).has("x");
        simulator.answers().setNeedlessIsRefused(true);
        assertEquals(ChangeEffect.ALREADY_SO, add("x", 0).effect());
    }

    @Test
    void effectIsUnknownUntilTheChangeIsMade() {
        read(0).join();
        simulator.failNextApiCalls(Fault.answer(503, "text/plain", ""));
        PendingChange change = add("x", 0);
        assertEquals(ChangeEffect.UNKNOWN, change.effect());
        timer.advance(SECOND.multipliedBy(5));
        assertEquals(ChangeEffect.CHANGED, change.effect());
    }

    @Test
    void readThatLagsBehindARemovalDoesNotShowTheTag() {
        simulator.machines().get(id(0)).lagReads(Duration.ofHours(1)).has("x");
        remove("x", 0).result().join();
        assertEquals(List.of(), read(0).join().tags());
        timer.advance(RecentWrites.WRITE_COUNTS.plusSeconds(1));
        assertEquals(List.of("x"), read(0).join().tags());
    }

    /** Otherwise a removal that meets a 404 in passing would take the tag for gone. */
    @Test
    void readThatLagsBehindAnAddShowsTheTagAlsoAfterARefusedRemoval() {
        simulator.machines().get(id(0)).lagReads(Duration.ofHours(1)).missRemovals(1);
        add("x", 0).result().join();
        assertThrows(CompletionException.class, () -> remove("x", 0).result().join());
        assertEquals(List.of("x"), read(0).join().tags());
    }
}
