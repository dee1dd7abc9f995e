package io.jenkins.plugins.defendertags.leases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class LeaseRepositoryTest {

    private static final MachineId MACHINE = new MachineId("1".repeat(40));
    private static final MachineId OTHER = new MachineId("2".repeat(40));
    private static final Tag TAG = new Tag("x");
    private static final LeaseKey KEY = LeaseKey.of(MACHINE, TAG);
    private static final LeaseCredential CREDENTIAL =
            new LeaseCredential("id", "cloud", "folder team", "tenant", "client");
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");

    private final LeaseHolder first = new LeaseHolder.Block("first", "job#1", null);
    private final LeaseHolder second = new LeaseHolder.Block("second", "job#2", null);
    private final LeaseRepository repository = new LeaseRepository();

    private Set<MachineId> hold(LeaseHolder holder, Tag tag) {
        repository.enter(holder);
        return repository.hold(holder, tag, List.of(MACHINE), CREDENTIAL, NOW);
    }

    private boolean decide(LeaseHolder holder, Tag tag, boolean there) {
        return repository.decide(holder, new TagOnMachine(MACHINE, tag), there, null);
    }

    private void add(LeaseHolder holder, Tag tag) {
        hold(holder, tag);
        assertTrue(decide(holder, tag, false));
        save(holder);
    }

    private void save(LeaseHolder holder) {
        repository.saved(repository.snapshot(holder.id()).leases());
    }

    @Test
    void tagThatThisJenkinsAddedNeedsNoLook() {
        assertEquals(Set.of(MACHINE), hold(first, TAG));
        assertTrue(decide(first, TAG, false));
        assertEquals(Set.of(), hold(second, TAG));
        assertEquals(2, repository.size());
    }

    @Test
    void tagThatWasThereIsUsedAndNotRemoved() {
        hold(first, TAG);
        assertFalse(decide(first, TAG, true));
        assertTrue(repository.isHeld(KEY));
        repository.leave(first.id(), NOW);
        LeaseRepository.Release release = repository.release(KEY);
        assertEquals(1, release.dropped().size());
        assertEquals(List.of(), release.left());
        assertEquals(0, repository.size());
    }

    @Test
    void tagThatAnotherHasAddedMeanwhileWasNotThereBefore() {
        hold(first, TAG);
        hold(second, TAG);
        decide(first, TAG, false);
        assertTrue(decide(second, TAG, true));
        save(first);
        save(second);
        repository.leave(first.id(), NOW);
        assertTrue(repository.release(KEY).held());
        repository.leave(second.id(), NOW);
        assertEquals(1, repository.release(KEY).left().size(), "the last one removes it");
    }

    @Test
    void whoLooksKeepsOthersFromRemovingTheTag() {
        hold(first, TAG);
        hold(second, TAG);
        decide(second, TAG, false);
        repository.leave(second.id(), NOW);
        LeaseRepository.Release release = repository.release(KEY);
        assertTrue(release.held());
        assertEquals(1, release.left().size(), "it must not be forgotten before the other is on disk");
        assertTrue(decide(first, TAG, true));
        assertEquals(0, repository.release(KEY).dropped().size());
        save(first);
        assertEquals(1, repository.release(KEY).dropped().size());
    }

    @Test
    void spellingsAreSharedWhileTheyAreHeldAndRemovedEach() {
        Tag upper = new Tag("X");
        add(first, TAG);
        assertEquals(Set.of(), hold(second, upper));
        save(second);
        repository.leave(first.id(), NOW);
        assertTrue(repository.release(KEY).held());
        repository.leave(second.id(), NOW);
        assertEquals(
                Set.of(TAG, upper),
                Set.copyOf(
                        repository.release(KEY).left().stream().map(Lease::tag).toList()));
    }

    @Test
    void twoSpellingsOfOneBlock() {
        add(first, TAG);
        assertEquals(Set.of(), hold(first, new Tag("X")));
        assertEquals(2, repository.size());
    }

    @Test
    void holderThatHasEndedGetsNothing() {
        assertThrows(CancellationException.class, () -> repository.hold(first, TAG, List.of(MACHINE), CREDENTIAL, NOW));
        hold(first, TAG);
        repository.leave(first.id(), NOW);
        assertThrows(CancellationException.class, () -> decide(first, TAG, false));
        assertFalse(repository.isHeld(KEY));
    }

    @Test
    void takenOverTagIsNotDropped() {
        add(first, TAG);
        List<Lease> ended = repository.leave(first.id(), NOW);
        LeaseHolder agent = new LeaseHolder.Agent("agent");
        add(agent, TAG);
        repository.drop(ended); // by a removal that had been sent before
        assertEquals(
                List.of(agent), repository.of(KEY).stream().map(Lease::holder).toList());
    }

    @Test
    void agentThatNeedsItsTagAgainKeepsItsLease() {
        LeaseHolder agent = new LeaseHolder.Agent("agent");
        add(agent, TAG);
        List<Lease> ended = repository.leave(agent.id(), NOW);
        repository.failed(ended.get(0), RemovalAttempts.NONE.refused(NOW, new Problem("no", null)));
        assertEquals(1, repository.countStuck());
        assertEquals(Set.of(), hold(agent, TAG));
        assertEquals(0, repository.countStuck());
        repository.drop(ended);
        assertEquals(1, repository.size(), "it is needed again");
    }

    @Test
    void countsWhatIsStuck() {
        add(first, TAG);
        Lease ended = repository.leave(first.id(), NOW).get(0);
        assertEquals(0, repository.countStuck());
        repository.failed(ended, RemovalAttempts.NONE.refused(NOW, new Problem("no", null)));
        repository.failed(ended, RemovalAttempts.NONE.refused(NOW, new Problem("no", null)));
        assertEquals(1, repository.countStuck());
        repository.drop(List.of(ended));
        assertEquals(0, repository.countStuck());
        assertEquals(0, repository.size());
    }

    @Test
    void renamedJobIsFoundByItsNewName() {
        add(first, TAG);
        assertEquals(Set.of("first"), repository.movedJob("job", "team/job"));
        assertEquals(List.of(), repository.holdersOf("job#1"));
        assertEquals("team/job#1", repository.holdersOf("team/job#1").get(0).build());
        assertEquals("team/job#1", repository.of(KEY).get(0).holder().build());
        repository.movedJob("team", "other"); // its jobs are reported by themselves
        assertEquals(1, repository.holdersOf("team/job#1").size());
        repository.leave(first.id(), NOW);
        repository.drop(repository.of(KEY));
        assertEquals(List.of(), repository.holdersOf("team/job#1"));
    }

    @Test
    void renamedFolderIsTheNewPlaceOfItsCredentials() {
        add(first, TAG);
        assertEquals(Set.of(), repository.movedFolder("tea", "other"));
        assertEquals(Set.of("first"), repository.movedFolder("team", "a/squad"));
        assertEquals("folder a/squad", repository.of(KEY).get(0).credential().place());
    }

    @Test
    void snapshotHoldsWhatIsNotedOnly() {
        repository.enter(first);
        repository.hold(first, TAG, List.of(MACHINE, OTHER), CREDENTIAL, NOW);
        assertEquals(List.of(), repository.snapshot(first.id()).leases());
        decide(first, TAG, false);
        LeaseRepository.Snapshot snapshot = repository.snapshot(first.id());
        assertEquals(1, snapshot.leases().size());
        assertTrue(snapshot.durable());
        save(first);
        assertFalse(repository.snapshot(first.id()).durable());
        repository.abandon(first, TAG, List.of(MACHINE, OTHER));
        assertEquals(1, repository.size());
        assertFalse(repository.isHeld(LeaseKey.of(OTHER, TAG)));
    }

    @Test
    void blocksThatReportTheirEndAreNotAskedAbout() {
        add(first, TAG);
        LeaseHolder agent = new LeaseHolder.Agent("agent");
        add(agent, TAG);
        assertEquals(List.of(agent), repository.unattended());
        LeaseRepository restarted = new LeaseRepository();
        restarted.addAll(repository.of(KEY));
        assertEquals(List.of(first, agent), restarted.unattended());
        restarted.enter(first);
        assertEquals(List.of(agent), restarted.unattended());
    }
}
