package io.jenkins.plugins.defendertags.client.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known of machines' tags without asking. */
class RecentWritesTest {

    private static final TagChange ADD = Simulated.change("Add", "x");
    private static final TagChange REMOVE = Simulated.change("Remove", "x");

    private long now = Long.MAX_VALUE - 5; // so that it overflows
    private final RecentWrites recent = new RecentWrites(() -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static Machine machine(MachineId id, String... tags) {
        ObjectNode json = new JsonMapper().createObjectNode();
        List.of(tags).forEach(json.putArray("machineTags")::add);
        return Machine.of(json, id);
    }

    private static Machine machine(String... tags) {
        return machine(Simulated.MACHINE, tags);
    }

    private ChangeEffect make(TagChange change, String... tagsAfterwards) {
        ChangeEffect effect = recent.sending(change);
        recent.changed(change, machine(tagsAfterwards));
        return effect;
    }

    @Test
    void effectIsUnknownIfNothingIsKnown() {
        assertEquals(ChangeEffect.UNKNOWN, make(ADD, "x"));
    }

    @Test
    void ownChangesTellTheEffectOfTheNextOne() {
        make(ADD, "x");
        assertEquals(ChangeEffect.ALREADY_SO, make(ADD, "x"));
        assertEquals(ChangeEffect.CHANGED, make(REMOVE));
        assertEquals(ChangeEffect.ALREADY_SO, make(REMOVE));
        assertEquals(ChangeEffect.CHANGED, make(ADD, "x"));
    }

    @Test
    void readTellsTheEffectForAMinute() {
        recent.read(machine("other"));
        assertEquals(ChangeEffect.CHANGED, make(ADD, "other", "x"));
        recent.read(machine(new MachineId("f".repeat(40)), "x"));
        pass(RecentWrites.READ_COUNTS.plusMillis(1));
        assertEquals(
                ChangeEffect.UNKNOWN,
                recent.sending(new TagChange(ADD.action(), ADD.tag(), new MachineId("f".repeat(40)))));
    }

    @Test
    void anotherSpellingOfATagIsTheTagForAnAdd() {
        recent.read(machine("X"));
        assertEquals(ChangeEffect.ALREADY_SO, make(ADD, "X"));
    }

    @Test
    void readThatLagsBehindAChangeIsCorrected() {
        make(ADD, "x", "y");
        make(REMOVE, "y");
        assertEquals(List.of("y"), recent.read(machine("x", "y")).tags());
        make(ADD, "y", "x");
        assertEquals(List.of("y", "x"), recent.read(machine("y")).tags());
    }

    @Test
    void readCountsAgainAfterSomeMinutes() {
        make(REMOVE, "y");
        pass(RecentWrites.WRITE_COUNTS);
        assertEquals(List.of("y"), recent.read(machine("x", "y")).tags());
        pass(Duration.ofSeconds(1));
        assertEquals(List.of("x", "y"), recent.read(machine("x", "y")).tags());
    }

    @Test
    void nothingIsKnownWhileAChangeIsUnderWay() {
        make(ADD, "x");
        recent.sending(REMOVE);
        assertEquals(ChangeEffect.UNKNOWN, recent.sending(REMOVE));
        assertEquals(List.of("y"), recent.read(machine("y")).tags());
    }

    @Test
    void oldestMachinesAreForgotten() {
        make(REMOVE);
        for (int i = 0; i < RecentWrites.MAX_MACHINES; i++) {
            recent.read(machine(new MachineId("%040x".formatted(i))));
        }
        assertEquals(List.of("x"), recent.read(machine("x")).tags());
    }
}
