package io.jenkins.plugins.defendertags.leases;

import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.WaitStatus;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.service.DefenderService;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * Removes the tags whose holders have ended. Each tag of a machine has one attempt at a time, which waits in the queue of its app
 * registration; whoever needs the tag again takes it over from there. Answers that come together are dealt with together. Nobody
 * waits in a thread; the threads that call Defender and the lock are for memory only. Thread-safe.
 */
final class Removals {

    private static final Logger LOGGER = Logger.getLogger(Removals.class.getName());

    private final LeaseRepository repository;
    private final LeaseWriter writer;
    private final Executor executor;
    private final KeyedSequencer<Removals> settling;
    private final Queue<TagRemoval> answered = new ConcurrentLinkedQueue<>();
    private final Map<LeaseKey, List<TagRemoval>> underWay = new HashMap<>();

    /** @param executor for what can block */
    Removals(LeaseRepository repository, LeaseWriter writer, Executor executor) {
        this.repository = repository;
        this.writer = writer;
        this.executor = executor;
        settling = new KeyedSequencer<>(executor);
    }

    /**
     * Starts to remove the tags of these keys, as far as nobody holds them. Looks up credentials, which can block.
     *
     * @param log takes one line at a time, from any thread
     * @return completes normally when each was tried
     */
    CompletableFuture<Void> remove(Collection<LeaseKey> keys, Consumer<String> log) {
        List<TagRemoval> begun = new ArrayList<>();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        Set<String> changed = new HashSet<>();
        Instant now = Instant.now();
        for (LeaseKey key : Set.copyOf(keys)) {
            synchronized (this) {
                LeaseRepository.Release release = repository.release(key);
                release.dropped().forEach(lease -> changed.add(lease.holder().id()));
                if (release.held()) {
                    left(release, lines);
                } else {
                    begin(key, release.left(), log, now, begun, ends);
                }
            }
        }
        lines.forEach(log);
        changed.forEach(this::save);
        submit(begun);
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    }

    /** Drops the ended leases of tags that others hold. */
    void dropSuperseded(Collection<LeaseKey> keys) {
        Set<String> changed = new HashSet<>();
        keys.forEach(key -> repository
                .release(key)
                .dropped()
                .forEach(lease -> changed.add(lease.holder().id())));
        changed.forEach(this::save);
    }

    private static void left(LeaseRepository.Release release, List<String> lines) {
        for (List<Lease> ended : List.of(release.dropped(), release.left())) {
            ended.stream()
                    .filter(Lease::added)
                    .forEach(lease -> lines.add("Left " + lease.quotedTag() + " on " + lease.describeMachine()
                            + ", because another block, an agent or a time needs it"));
        }
    }

    private void begin(
            LeaseKey key,
            List<Lease> ended,
            Consumer<String> log,
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
                removal = new TagRemoval(leases, log, now);
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
        Set<String> changed = new HashSet<>();
        Map<String, List<TagRecord>> records = new LinkedHashMap<>();
        Set<LeaseKey> again = new HashSet<>();
        for (TagRemoval removal = answered.poll(); removal != null; removal = answered.poll()) {
            if (settle(removal, now)) {
                over.add(removal);
                removal.report();
                removal.leases().forEach(lease -> changed.add(lease.holder().id()));
                if (removal.lease().holder().build() != null) {
                    records.computeIfAbsent(removal.lease().holder().build(), build -> new ArrayList<>())
                            .add(removal.record(now));
                }
                if (removal.attempts() != null && removal.isDueAgain(now)) {
                    again.add(removal.lease().key());
                }
            }
        }
        records.forEach(Removals::record);
        CompletableFuture.allOf(changed.stream().map(this::save).toArray(CompletableFuture[]::new))
                .whenComplete((saved, problem) ->
                        over.forEach(removal -> removal.done().complete(null)));
        if (!again.isEmpty()) {
            executor.execute(() -> remove(again, LOGGER::info));
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

    private static void record(String id, List<TagRecord> records) {
        Run<?, ?> build = LeaseCredentials.findBuild(id);
        if (build != null) {
            DefenderTagsAction.record(build, records);
        }
    }

    /** A disk that is full must not keep a tag from being removed, so that is only logged. */
    CompletableFuture<Void> save(String holderId) {
        return writer.save(holderId).exceptionally(problem -> {
            LOGGER.log(Level.WARNING, problem, () -> "Could not write the leases of " + holderId);
            return null;
        });
    }
}
