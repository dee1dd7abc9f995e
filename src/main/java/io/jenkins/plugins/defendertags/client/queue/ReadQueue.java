package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.api.FilterForm;
import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.queue.MachineRead.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * The pending reads of a {@link TagQueue}. Equal reads that wait are one read, and different ones share a list call, or the list
 * of all machines if that takes fewer calls; a lone read is sent at once. Thread-safe; completes no future while it holds its
 * lock.
 */
final class ReadQueue {

    /** Reads of one shared answer that may continue with a call of their own. */
    private static final int OWN_CALLS = 20;

    private final DefenderClient client;
    private final CallScheduler calls;
    private final Deadlines deadlines;
    private final CallGroups<ReadGroup.Key, ReadGroup> groups;
    private final Map<Key, MachineRead<?>> waiting = new HashMap<>();
    private final Map<MachineRead.Kind, ReadForm> forms = new HashMap<>();
    private final Inventory inventory = new Inventory();

    private record Key(AppRegistration registration, MachineRead.Kind kind, Object identity) {

        static Key of(MachineRead<?> read) {
            return new Key(read.registration(), read.kind(), read.identity());
        }
    }

    ReadQueue(DefenderClient client, CallScheduler calls) {
        this.client = client;
        this.calls = calls;
        deadlines = new Deadlines(calls);
        groups = new CallGroups<>(key -> new ReadGroup(this, calls, key));
    }

    <A> List<CompletableFuture<A>> read(List<? extends MachineRead<A>> reads) {
        List<CompletableFuture<A>> answers = new ArrayList<>(reads.size());
        List<MachineRead<A>> queued = new ArrayList<>(reads.size());
        synchronized (this) {
            for (MachineRead<A> read : reads) {
                MachineRead<A> waits = findOrAdd(read);
                queued.add(waits);
                answers.add(waits.newCaller());
            }
        }
        calls.start();
        for (int i = 0; i < answers.size(); i++) {
            MachineRead<A> read = queued.get(i);
            CompletableFuture<A> answer = answers.get(i);
            deadlines.start(answer, () -> lastFailure(read));
            answer.whenComplete((machine, failure) -> leave(answer, read));
        }
        return answers;
    }

    /** The number of reads that wait for a call. */
    synchronized int size() {
        return groups.all().stream().mapToInt(CallGroup::size).sum();
    }

    @SuppressWarnings("unchecked") // equal reads have answers of one type
    private <A> MachineRead<A> findOrAdd(MachineRead<A> read) {
        MachineRead<?> equal = waiting.get(Key.of(read));
        if (equal != null) {
            return (MachineRead<A>) equal;
        }
        makeReady(read);
        return read;
    }

    private void makeReady(MachineRead<?> read) {
        MachineRead<?> equal = waiting.putIfAbsent(Key.of(read), read);
        if (equal == null) {
            groups.of(ReadGroup.Key.of(read)).add(read);
        } else if (equal != read) {
            equal.join(read); // the same was asked for while this one was under way
        }
    }

    @CheckForNull
    private synchronized DefenderException lastFailure(MachineRead<?> read) {
        return read.retryState().last();
    }

    private synchronized void leave(CompletableFuture<?> answer, MachineRead<?> read) {
        read.leave(answer);
        if (!read.isWanted() && waiting.remove(Key.of(read), read)) {
            groups.of(ReadGroup.Key.of(read)).remove(read);
        }
    }

    @CheckForNull
    synchronized QueuedCall take(ReadGroup group, boolean probe) {
        long now = calls.timer().nanoTime();
        List<MachineRead<?>> taken;
        Source source = Source.OWN_CALL;
        ReadForm.Attempt attempt = new ReadForm.Attempt(FilterForm.OR, 1);
        int listCalls = 0;
        if (group.key.shared() && !probe) {
            attempt = forms.computeIfAbsent(group.key.kind(), kind -> new ReadForm(kind.forms()))
                    .current(now);
            if (group.size() > Inventory.FEWEST_READS) {
                listCalls = group.listCalls(attempt);
            }
        }
        if (inventory.isCheaper(group.size(), listCalls, now)) {
            taken = group.takeAll();
            source = Source.INVENTORY;
        } else {
            taken = group.takeUpTo(attempt);
            source = taken.size() > 1 ? Source.SHARED_CALL : Source.OWN_CALL;
        }
        taken.forEach(read -> waiting.remove(Key.of(read), read));
        group.taken(taken);
        return taken.isEmpty() ? null : new ReadCall(this, group, taken, source, attempt, listCalls);
    }

    DefenderClient client() {
        return client;
    }

    CallScheduler calls() {
        return calls;
    }

    MachineListQuery query(Source source, ReadForm.Attempt attempt, List<MachineRead<?>> reads) {
        Cloud cloud = reads.get(0).registration().cloud();
        if (source == Source.INVENTORY) {
            synchronized (this) {
                return inventory.query(cloud);
            }
        }
        List<String> clauses = reads.stream()
                .map(read -> read.clause(attempt.filter()))
                .filter(Objects::nonNull)
                .toList();
        return MachineListQuery.withFilter(cloud, attempt.filter(), clauses);
    }

    /** Applies an answer. */
    void answered(Source source, ReadAnswer answer, ListScan scan) {
        List<Runnable> notifications = new ArrayList<>();
        synchronized (this) {
            if (source == Source.INVENTORY || source == Source.PART_OF_INVENTORY) {
                inventory.scanned(scan);
            }
            int ownCalls = source == Source.OWN_CALL ? 1 : OWN_CALLS;
            for (MachineRead<?> read : answer.reads()) {
                Runnable notification = read.applyAnswer(source, answer.machines(read), ownCalls > 0);
                if (notification != null) {
                    notifications.add(notification);
                } else if (read.isWanted()) {
                    ownCalls -= read.isShareable() ? 0 : 1;
                    makeReady(read);
                }
            }
        }
        notifications.forEach(Runnable::run);
        calls.start();
    }

    /** A page of the inventory was too large. */
    synchronized void pageWasTooLarge(ListScan scan) {
        inventory.setTop(scan.top());
    }

    /** A shared call was refused: another way is tried. */
    void refused(Source source, ReadForm.Attempt attempt, List<MachineRead<?>> reads) {
        synchronized (this) {
            long now = calls.timer().nanoTime();
            if (source == Source.INVENTORY) {
                inventory.refused(now);
            } else {
                forms.get(reads.get(0).kind()).refused(attempt, reads.size(), now);
            }
            reads.forEach(read -> read.setRetryState(RetryState.NONE));
        }
        requeue(reads);
    }

    void requeue(List<MachineRead<?>> reads) {
        synchronized (this) {
            reads.stream().filter(MachineRead::isWanted).forEach(this::makeReady);
        }
        calls.start();
    }

    void fail(List<MachineRead<?>> reads, Throwable failure) {
        List<Runnable> notifications = new ArrayList<>();
        synchronized (this) {
            for (MachineRead<?> read : reads) {
                Runnable notification = read.applyFailure(failure);
                if (notification != null) {
                    notifications.add(notification);
                } else if (read.isWanted()) {
                    makeReady(read);
                }
            }
        }
        notifications.forEach(Runnable::run);
        calls.start();
    }

    /** Fails whatever waits for a sign-in that was refused. Reads with another secret are not affected. */
    void failAllOf(AppRegistration registration, Throwable failure) {
        List<MachineRead<?>> refused;
        synchronized (this) {
            refused = waiting.values().stream()
                    .filter(read -> read.registration().equals(registration))
                    .<MachineRead<?>>map(read -> read)
                    .toList();
        }
        fail(refused, failure);
    }
}
