package io.jenkins.plugins.defendertags.leases;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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

    Optional<LeaseHolder.Time> find(String holderId) {
        return repository.snapshot(holderId).leases().stream()
                .map(Lease::holder)
                .filter(LeaseHolder.Time.class::isInstance)
                .map(LeaseHolder.Time.class::cast)
                .findFirst();
    }

    /** A job has asked again: its earlier times for these tags do not count any more, those of other jobs do. */
    void supersede(LeaseHolder.Time by, Collection<TagOnMachine> tags) {
        for (TagOnMachine tag : tags) {
            drop(
                    of(tag),
                    lease -> lease.holder() instanceof LeaseHolder.Time other
                            && !other.id().equals(by.id())
                            && job(other).equals(job(by)));
        }
    }

    private static String job(LeaseHolder.Time time) {
        return time.build().substring(0, Math.max(0, time.build().lastIndexOf('#')));
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

    private List<Lease> of(TagOnMachine tag) {
        return repository.of(tag.key()).stream()
                .filter(lease -> lease.tagOnMachine().equals(tag))
                .toList();
    }

    private static boolean isDroppable(Lease lease) {
        return lease.isEnded() || lease.holder() instanceof LeaseHolder.Time;
    }

    /** Nothing was added for this time. */
    void drop(String holderId) {
        drop(repository.snapshot(holderId).leases(), lease -> true);
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
