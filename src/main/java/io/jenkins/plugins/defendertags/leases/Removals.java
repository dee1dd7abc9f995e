package io.jenkins.plugins.defendertags.leases;

import hudson.AbortException;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.WaitStatus;
import io.jenkins.plugins.defendertags.service.DefenderService;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * Removes the tags whose holders have ended. Each tag of a machine has one attempt at a time, which waits in the queue of its app
 * registration; whoever needs the tag again takes it over from there. Answers that come together are dealt with together. Nobody
 * waits in a thread; the threads that call Defender and the lock are for memory only. Thread-safe.
 */
final class Removals {

    private final LeaseRepository repository;
    private final LeaseWriter writer;
    private final Executor executor;
    private final RemovalReporter reporter;
    private final KeyedSequencer<Removals> settling;
    private final Queue<TagRemoval> answered = new ConcurrentLinkedQueue<>();
    private final Map<LeaseKey, List<TagRemoval>> underWay = new HashMap<>();

    /** @param executor for what can block */
    Removals(LeaseRepository repository, LeaseWriter writer, Executor executor) {
        this.repository = repository;
        this.writer = writer;
        this.executor = executor;
        reporter = new RemovalReporter(writer);
        settling = new KeyedSequencer<>(executor);
    }

    /**
     * Starts to remove the tags of these keys, as far as nobody holds them. Looks up credentials, which can block.
     *
     * @return completes normally when each was tried
     */
    CompletableFuture<Void> remove(Collection<LeaseKey> keys, RemovalRequest request) {
        List<TagRemoval> begun = new ArrayList<>();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        Set<String> changed = new HashSet<>();
        Instant now = Instant.now();
        for (LeaseKey key : inOneOrder(keys)) {
            synchronized (this) {
                LeaseRepository.Release release = repository.release(key);
                release.dropped().forEach(lease -> changed.add(lease.holder().id()));
                if (release.held()) {
                    left(release, lines);
                } else {
                    begin(key, release.left(), request, now, begun, ends);
                }
            }
        }
        lines.forEach(request.log());
        changed.forEach(writer::saveIfPossible);
        submit(begun);
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    }

    /** A machine's changes are made one after the other, and those of several machines only merge if they have the same tag. */
    private static List<LeaseKey> inOneOrder(Collection<LeaseKey> keys) {
        return keys.stream()
                .distinct()
                .sorted(Comparator.comparing(LeaseKey::folded))
                .toList();
    }

    /** Drops the ended leases of tags that others hold. */
    void dropSuperseded(Collection<LeaseKey> keys) {
        Set<String> changed = new HashSet<>();
        keys.forEach(key -> repository
                .release(key)
                .dropped()
                .forEach(lease -> changed.add(lease.holder().id())));
        changed.forEach(writer::saveIfPossible);
    }

    private static void left(LeaseRepository.Release release, List<String> lines) {
        for (List<Lease> ended : List.of(release.dropped(), release.left())) {
            ended.stream()
                    .filter(Lease::added)
                    .forEach(lease -> lines.add("Left " + lease.quotedTag() + " on " + lease.describeMachine()
                            + ", because another block, an agent or a step with keepFor still needs it"));
        }
    }

    private void begin(
            LeaseKey key,
            List<Lease> ended,
            RemovalRequest request,
            Instant now,
            List<TagRemoval> begun,
            List<CompletableFuture<Void>> ends) {
        ended.stream().collect(Collectors.groupingBy(Lease::tag)).forEach((tag, leases) -> {
            List<TagRemoval> ofKey = underWay.computeIfAbsent(key, first -> new ArrayList<>(1));
            TagRemoval removal = ofKey.stream()
                    .filter(other -> other.lease().tag().equals(tag))
                    .findFirst()
                    .orElse(null);
            if (removal == null) {
                removal = new TagRemoval(leases, request, now);
                ofKey.add(removal);
                begun.add(removal);
            }
            ends.add(removal.done());
        });
    }

    /** Somebody needs these tags again: ends the attempts to remove them. Those that have been sent are over before an Add. */
    synchronized void takeOver(Collection<LeaseKey> keys) {
        for (LeaseKey key : keys) {
            List<TagRemoval> removals = underWay.remove(key);
            if (removals != null) {
                removals.forEach(TagRemoval::cancel);
            }
        }
    }

    /** What the first of these removals waits for. */
    synchronized Optional<WaitStatus> waitStatus(Collection<LeaseKey> keys) {
        return keys.stream()
                .flatMap(key -> underWay.getOrDefault(key, List.of()).stream())
                .map(TagRemoval::waitStatus)
                .filter(Objects::nonNull)
                .findFirst();
    }

    synchronized boolean isUnderWay(LeaseKey key) {
        return underWay.containsKey(key);
    }

    private synchronized void ended(TagRemoval removal) {
        LeaseKey key = removal.lease().key();
        List<TagRemoval> ofKey = underWay.get(key);
        if (ofKey != null && ofKey.remove(removal) && ofKey.isEmpty()) {
            underWay.remove(key);
        }
    }

    /** Sends removals with the same app registration together. */
    private void submit(List<TagRemoval> begun) {
        LeaseCredentials credentials = new LeaseCredentials();
        Map<AppRegistration, List<TagRemoval>> byRegistration = new LinkedHashMap<>();
        for (TagRemoval removal : begun) {
            try {
                removal.registration = credentials.find(removal.lease());
                byRegistration
                        .computeIfAbsent(removal.registration, first -> new ArrayList<>())
                        .add(removal);
            } catch (AbortException | RuntimeException x) { // whatever it is must not get the lease lost
                removal.answered(null, x);
                settle(removal);
            }
        }
        byRegistration.forEach(this::submit);
    }

    /** Under the lock, so that a removal is either sent before it is taken over, and then ends before the Add, or not at all. */
    private synchronized void submit(AppRegistration registration, List<TagRemoval> removals) {
        List<TagRemoval> wanted =
                removals.stream().filter(removal -> !removal.isCancelled()).toList();
        List<PendingChange> pending = DefenderService.get()
                .queue(registration)
                .submit(registration, wanted.stream().map(TagRemoval::change).toList());
        for (int i = 0; i < wanted.size(); i++) {
            TagRemoval removal = wanted.get(i);
            removal.sent(pending.get(i));
            pending.get(i).result().whenComplete((machine, problem) -> {
                removal.answered(machine, problem);
                settle(removal);
            });
        }
    }

    private void settle(TagRemoval removal) {
        answered.add(removal);
        settling.request(this, this::settle);
    }

    /** Deals with all answers that have come. */
    private void settle() {
        Instant now = Instant.now();
        List<TagRemoval> over = new ArrayList<>();
        Set<LeaseKey> again = new HashSet<>();
        for (TagRemoval removal = answered.poll(); removal != null; removal = answered.poll()) {
            if (settle(removal, now)) {
                over.add(removal);
                if (removal.attempts() != null && removal.isDueAgain(now)) {
                    again.add(removal.lease().key());
                }
            }
        }
        reporter.report(over, holdersUnderWay(), now);
        if (!again.isEmpty()) {
            executor.execute(() -> remove(again, RemovalRequest.byJenkins()));
        }
    }

    /** @return whether this attempt is over */
    private boolean settle(TagRemoval removal, Instant now) {
        synchronized (this) {
            if (removal.isCancelled() || DefenderService.get().isStopping()) {
                return false; // what failed because the controller stops says nothing
            }
        }
        TagRemoval.Conclusion conclusion = removal.conclude(now);
        if (conclusion == TagRemoval.Conclusion.LOOK) {
            DefenderService.get()
                    .queue(removal.registration)
                    .getMachine(removal.registration, removal.lease().machine())
                    .whenComplete((machine, problem) -> {
                        removal.looked(machine, problem);
                        settle(removal);
                    });
            return false;
        }
        synchronized (this) {
            if (removal.isCancelled()) {
                return false;
            }
            ended(removal);
            if (conclusion == TagRemoval.Conclusion.GONE) {
                repository.drop(removal.leases());
            } else {
                repository.failed(removal.lease(), removal.attempts());
            }
        }
        return true;
    }

    private synchronized Set<String> holdersUnderWay() {
        return underWay.values().stream()
                .flatMap(List::stream)
                .map(removal -> removal.lease().holder().id())
                .collect(Collectors.toSet());
    }
}
