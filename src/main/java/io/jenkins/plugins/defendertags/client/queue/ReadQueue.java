package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The pending reads of single machines of a {@link TagQueue}. Equal reads that wait are one read, and different ones share a list
 * call; a lone read is "Get machine by ID". A machine that is missing in a list may exist all the same, so it is read by its
 * ID before it counts as unknown, unless there are many. Thread-safe; completes no future while it holds its lock.
 */
final class ReadQueue {

    /** Missing machines of one list answer that are confirmed by single reads; more are confirmed by a second list. */
    private static final int CONFIRMED_ALONE = 20;

    private final DefenderClient client;
    private final CallScheduler calls;
    private final RecentWrites recent;
    private final Deadlines deadlines;
    private final CallGroups<URI, Group> groups = new CallGroups<>(api -> new Group());
    private final ReadForm form = new ReadForm();

    ReadQueue(DefenderClient client, CallScheduler calls, RecentWrites recent) {
        this.client = client;
        this.calls = calls;
        this.recent = recent;
        deadlines = new Deadlines(calls);
    }

    /** The reads from one host. */
    private final class Group extends CallGroup<MachineRead> {

        private record Key(AppRegistration registration, MachineId id) {}

        private final Map<Key, MachineRead> byKey = new HashMap<>();

        Group() {
            super(calls);
        }

        @CheckForNull
        MachineRead find(AppRegistration registration, MachineId id) {
            return byKey.get(new Key(registration, id));
        }

        /** Adds a read, or lets one that waits for the same answer all of both. */
        void makeReady(MachineRead read) {
            MachineRead waiting = byKey.putIfAbsent(new Key(read.registration(), read.id), read);
            if (waiting == null) {
                add(read);
            } else if (waiting != read) {
                waiting.wantedBy.addAll(read.wantedBy);
                waiting.alone |= read.alone;
            }
        }

        void forget(MachineRead read) {
            if (byKey.remove(new Key(read.registration(), read.id), read)) {
                remove(read);
            }
        }

        @Override
        @CheckForNull
        public QueuedCall take(boolean probe) {
            return takeFrom(this, probe);
        }
    }

    CompletableFuture<Machine> getMachine(AppRegistration registration, MachineId id) {
        CompletableFuture<Machine> answer = new CompletableFuture<>();
        MachineRead read;
        synchronized (this) {
            Group group = groups.of(registration.cloud().api());
            MachineRead waiting = group.find(registration, id);
            read = waiting == null ? new MachineRead(registration, id) : waiting;
            read.wantedBy.add(answer);
            group.makeReady(read);
        }
        calls.start();
        deadlines.start(answer, () -> lastFailure(read));
        answer.whenComplete((machine, failure) -> leave(answer, read));
        return answer;
    }

    @CheckForNull
    private synchronized DefenderException lastFailure(MachineRead read) {
        return read.retryState.last();
    }

    private synchronized void leave(CompletableFuture<Machine> answer, MachineRead read) {
        read.wantedBy.remove(answer);
        if (read.wantedBy.isEmpty()) {
            groups.of(read.registration().cloud().api()).forget(read);
        }
    }

    @CheckForNull
    private synchronized QueuedCall takeFrom(Group group, boolean probe) {
        List<MachineRead> taken = new ArrayList<>();
        ReadForm.Attempt attempt = null;
        for (Iterator<MachineRead> ready = group.iterator(); ready.hasNext(); ) {
            MachineRead read = ready.next();
            if (attempt == null) {
                attempt =
                        form.current(read.registration().cloud(), calls.timer().nanoTime());
            }
            if (taken.size() >= (probe ? 1 : attempt.machines()) || read.alone && !taken.isEmpty()) {
                break;
            }
            ready.remove();
            taken.add(read);
            if (read.alone) {
                break;
            }
        }
        taken.forEach(group::forget);
        group.taken(taken);
        return taken.isEmpty() ? null : new ReadCall(group, taken, attempt);
    }

    /** One call for a batch. */
    private final class ReadCall extends BatchCall<MachineRead> {

        private final Group group;
        private final ReadForm.Attempt attempt;

        ReadCall(Group group, List<MachineRead> reads, ReadForm.Attempt attempt) {
            super(group, reads, ReadQueue.this);
            this.group = group;
            this.attempt = attempt;
        }

        private ReadBatch batch() {
            return new ReadBatch(items().get(0).registration(), items(), attempt);
        }

        @Override
        public boolean isRepeatable(DefenderException failure) {
            // What fails while other calls are answered may be the filter; a single read is tried until its deadline.
            return batch().isSingle()
                    || failure.kind() != Kind.NOT_UNDERSTOOD
                            && !(RetryPolicy.isOutage(failure) && retryState().failures() > 0);
        }

        @Override
        public void send() throws DefenderException {
            Map<MachineId, Machine> found = batch().send(client);
            end();
            List<Runnable> notifications = new ArrayList<>();
            synchronized (ReadQueue.this) {
                int alone = 0;
                for (MachineRead read : items()) {
                    Machine machine = found.get(read.id);
                    if (machine != null) {
                        notifications.add(read.completion(recent.read(machine)));
                    } else if (alone < CONFIRMED_ALONE) {
                        alone++;
                        read.alone = true;
                        group.makeReady(read);
                    } else if (!read.missedOnce) {
                        read.missedOnce = true;
                        group.makeReady(read);
                    } else {
                        notifications.add(read.failure(DefenderClient.unknownMachine(read.registration(), read.id)));
                    }
                }
            }
            notifications.forEach(Runnable::run);
        }

        @Override
        public void retry(DefenderException failure, Duration delay, long answers) {
            end();
            synchronized (ReadQueue.this) {
                items().forEach(read -> read.retryState = read.retryState.after(failure, answers));
            }
            if (delay.isZero()) {
                requeue();
            } else {
                calls.timer().schedule(this::requeue, delay);
            }
        }

        private void requeue() {
            synchronized (ReadQueue.this) {
                items().stream().filter(read -> !read.wantedBy.isEmpty()).forEach(group::makeReady);
            }
            calls.start();
        }

        @Override
        void refuse(AppRegistration registration, List<MachineRead> reads, Throwable failure) {
            List<Runnable> notifications = new ArrayList<>();
            synchronized (ReadQueue.this) {
                reads.forEach(read -> notifications.add(read.failure(failure)));
                groups.all().stream()
                        .flatMap(other -> other.ready().stream())
                        .filter(read -> read.registration().equals(registration))
                        .forEach(read -> notifications.add(read.failure(failure)));
            }
            notifications.forEach(Runnable::run);
        }

        @Override
        public void fail(Throwable failure) {
            end();
            if (!batch().isSingle() && ReadBatch.isRefusalOfForm(failure)) {
                synchronized (ReadQueue.this) {
                    form.refused(
                            attempt,
                            items().get(0).registration().cloud(),
                            calls.timer().nanoTime());
                    items().forEach(read -> read.retryState = RetryState.NONE);
                }
                requeue();
                return;
            }
            List<Runnable> notifications = new ArrayList<>();
            synchronized (ReadQueue.this) {
                items().forEach(read -> notifications.add(read.failure(failure)));
            }
            notifications.forEach(Runnable::run);
        }
    }
}
