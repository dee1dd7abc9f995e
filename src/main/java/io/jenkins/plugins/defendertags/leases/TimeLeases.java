package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** The leases whose holder is a time, as far as a change ends them before the time is over. Thread-safe. */
final class TimeLeases {

    private final LeaseRepository repository;
    private final LeaseWriter writer;
    private final Removals removals;

    TimeLeases(LeaseRepository repository, LeaseWriter writer, Removals removals) {
        this.repository = repository;
        this.writer = writer;
        this.removals = removals;
    }

    /** Who needs a tag at the moment. */
    List<Lease> heldBy(LeaseKey key) {
        return repository.of(key).stream().filter(lease -> !lease.isEnded()).toList();
    }

    List<Lease> of(String holderId) {
        return repository.snapshot(holderId).leases();
    }

    /** When the tag is to be removed, as this holder needs it until then; null if it will not be, as it was there before. */
    @CheckForNull
    Instant end(String holderId, TagOnMachine tag) {
        return of(tag).stream()
                .filter(lease -> lease.holder().id().equals(holderId) && lease.added())
                .map(lease -> lease.holder() instanceof LeaseHolder.Time time ? time.until() : null)
                .findFirst()
                .orElse(null);
    }

    /** A job has asked again: its earlier times for these tags do not count any more, those of other jobs do. */
    void supersede(String holderId, Collection<TagOnMachine> tags) {
        for (Lease lease : of(holderId)) {
            if (lease.holder() instanceof LeaseHolder.Time by && tags.contains(lease.tagOnMachine())) {
                drop(
                        of(lease.tagOnMachine()),
                        other -> other.holder() instanceof LeaseHolder.Time time
                                && !time.id().equals(by.id())
                                && job(time).equals(job(by)));
            }
        }
    }

    private static String job(LeaseHolder.Time time) {
        String build = Objects.requireNonNull(time.build());
        return build.substring(0, Math.max(0, build.lastIndexOf('#')));
    }

    /** The tags are gone, or were added to stay: no time ends any more, and Jenkins gives up what it was still to remove. */
    void drop(Collection<TagOnMachine> tags) {
        for (TagOnMachine tag : tags) {
            if (repository.of(tag.key()).stream().allMatch(TimeLeases::isDroppable)) {
                removals.takeOver(List.of(tag.key()));
            }
            drop(of(tag), TimeLeases::isDroppable);
        }
    }

    /** The tags were added to stay: blocks and agents that have them leave them. Returns their leases. */
    List<Lease> keep(Collection<TagOnMachine> tags) {
        List<Lease> kept =
                tags.stream().flatMap(tag -> repository.keep(tag).stream()).toList();
        kept.stream().map(lease -> lease.holder().id()).distinct().forEach(writer::saveIfPossible);
        return kept;
    }

    private List<Lease> of(TagOnMachine tag) {
        return repository.of(tag.key()).stream()
                .filter(lease -> lease.tagOnMachine().equals(tag))
                .toList();
    }

    private static boolean isDroppable(Lease lease) {
        return lease.isEnded() || lease.holder() instanceof LeaseHolder.Time;
    }

    private void drop(List<Lease> leases, Predicate<Lease> which) {
        for (Lease lease : leases) {
            if (which.test(lease)) {
                String holderId = lease.holder().id();
                repository.drop(repository.end(holderId, own -> own.id().equals(lease.id()), Instant.now()));
                writer.saveIfPossible(holderId);
            }
        }
    }
}
