package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

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
    private final Map<AppRegistration, Group> groups = new HashMap<>();
    private final ReadForm form = new ReadForm();

    ReadQueue(DefenderClient client, CallScheduler calls) {
        this.client = client;
        this.calls = calls;
    }

    /** Reads that may share a call; guarded by the queue's lock. */
    private static final class Group {
        final AppRegistration registration;
        final MergeWindow window = new MergeWindow();
        final Map<MachineId, MachineRead> ready = new LinkedHashMap<>();
        boolean queued;

        Group(AppRegistration registration) {
            this.registration = registration;
        }
    }

    CompletableFuture<Machine> getMachine(AppRegistration registration, MachineId id) {
        CompletableFuture<Machine> answer = new CompletableFuture<>();
        MachineRead read;
        Group group;
        synchronized (this) {
            group = findGroup(registration);
            read = group.ready.get(id);
            if (read == null) {
                read = new MachineRead(id);
                makeReady(group, read);
            }
            read.wantedBy.add(answer);
        }
        calls.start();
        if (!answer.isDone()) {
            startDeadline(answer, read, group);
        }
        return answer;
    }

    private void startDeadline(CompletableFuture<Machine> answer, MachineRead read, Group group) {
        Duration deadline = calls.settings().deadline();
        Future<?> giveUp = calls.timer()
                .schedule(
                        () -> answer.completeExceptionally(
                                DefenderException.deadlineExceeded(lastFailure(read), deadline)),
                        deadline);
        answer.whenComplete((machine, failure) -> {
            giveUp.cancel(false);
            leave(answer, read, group);
        });
    }

    @CheckForNull
    private synchronized DefenderException lastFailure(MachineRead read) {
        DefenderException last = read.retryState.last();
        return last == null ? calls.outage() : last;
    }

    private synchronized void leave(CompletableFuture<Machine> answer, MachineRead read, Group group) {
        read.wantedBy.remove(answer);
        if (read.wantedBy.isEmpty()) {
            group.ready.remove(read.id, read);
        }
    }

    /** A new one takes the place of those that have ended. */
    private Group findGroup(AppRegistration registration) {
        Group found = groups.get(registration);
        if (found == null) {
            long now = calls.timer().nanoTime();
            groups.values()
                    .removeIf(group -> group.ready.isEmpty()
                            && !group.queued
                            && group.window.isOver(calls.settings().limits(), now));
            found = new Group(registration);
            groups.put(registration, found);
        }
        return found;
    }

    private void makeReady(Group group, MachineRead read) {
        MachineRead waiting = group.ready.putIfAbsent(read.id, read);
        if (waiting != null) { // the same was asked for while this one was under way
            waiting.wantedBy.addAll(read.wantedBy);
            waiting.alone |= read.alone;
        }
        group.window.arrived(calls.timer().nanoTime());
        enqueue(group);
    }

    private void enqueue(Group group) {
        if (!group.queued) {
            group.queued = true;
            calls.enqueue(new QueuedCall.Turn() {
                @Override
                public long waitFor(boolean probe, long now) {
                    return probe ? 0 : group.window.waitFor(calls.settings().limits(), now);
                }

                @Override
                public QueuedCall take(boolean probe) {
                    return takeFrom(group, probe);
                }
            });
        }
    }

    @CheckForNull
    private synchronized QueuedCall takeFrom(Group group, boolean probe) {
        long now = calls.timer().nanoTime();
        ReadForm.Attempt attempt = form.current(group.registration.cloud(), now);
        int limit = probe ? 1 : attempt.machines();
        List<MachineRead> taken = new ArrayList<>();
        for (Iterator<MachineRead> ready = group.ready.values().iterator(); ready.hasNext(); ) {
            MachineRead read = ready.next();
            if (taken.size() >= limit || read.alone && !taken.isEmpty()) {
                break;
            }
            ready.remove();
            if (!read.wantedBy.isEmpty()) {
                taken.add(read);
            }
            if (read.alone) {
                break;
            }
        }
        group.queued = false;
        if (!group.ready.isEmpty()) {
            enqueue(group);
        }
        if (taken.isEmpty()) {
            return null;
        }
        group.window.started(taken.size(), now);
        return new ReadCall(group, new ReadBatch(group.registration, taken, attempt));
    }

    /** One call for a batch. */
    private final class ReadCall implements QueuedCall {

        private final Group group;
        private final ReadBatch batch;
        private boolean ended;

        ReadCall(Group group, ReadBatch batch) {
            this.group = group;
            this.batch = batch;
        }

        @Override
        public AppRegistration registration() {
            return group.registration;
        }

        @Override
        public RetryState retryState() {
            synchronized (ReadQueue.this) {
                return batch.reads().stream().map(read -> read.retryState).reduce(RetryState.NONE, RetryState::worse);
            }
        }

        @Override
        public boolean isRepeatable(DefenderException failure) {
            // What fails while other calls are answered may be the filter; a single read is tried until its deadline.
            return batch.isSingle()
                    || failure.kind() != Kind.NOT_UNDERSTOOD
                            && !(RetryPolicy.isOutage(failure) && retryState().failures() > 0);
        }

        @Override
        public void send() throws DefenderException {
            Map<MachineId, Machine> found = batch.send(client);
            end();
            List<MachineRead> missing = batch.reads().stream()
                    .filter(read -> !found.containsKey(read.id))
                    .toList();
            List<Runnable> notifications = new ArrayList<>();
            synchronized (ReadQueue.this) {
                batch.reads().stream()
                        .filter(read -> found.containsKey(read.id))
                        .forEach(read -> notifications.add(read.completion(found.get(read.id))));
                int alone = 0;
                for (MachineRead read : missing) {
                    if (alone < CONFIRMED_ALONE) {
                        alone++;
                        read.alone = true;
                        makeReady(group, read);
                    } else if (!read.missedOnce) {
                        read.missedOnce = true;
                        makeReady(group, read);
                    } else {
                        notifications.add(read.failure(DefenderClient.unknownMachine(group.registration, read.id)));
                    }
                }
            }
            notifications.forEach(Runnable::run);
        }

        @Override
        public void retry(DefenderException failure, Duration delay, long answers) {
            end();
            synchronized (ReadQueue.this) {
                batch.reads().forEach(read -> read.retryState = read.retryState.after(failure, answers));
            }
            if (delay.isZero()) {
                requeue();
            } else {
                calls.timer().schedule(this::requeue, delay);
            }
        }

        private void requeue() {
            synchronized (ReadQueue.this) {
                batch.reads().stream().filter(read -> !read.wantedBy.isEmpty()).forEach(read -> makeReady(group, read));
            }
            calls.start();
        }

        @Override
        public void fail(Throwable failure) {
            end();
            if (!batch.isSingle() && ReadBatch.isRefusalOfForm(failure)) {
                synchronized (ReadQueue.this) {
                    form.refused(
                            batch.attempt(),
                            group.registration.cloud(),
                            calls.timer().nanoTime());
                    batch.reads().forEach(read -> read.retryState = RetryState.NONE);
                }
                requeue();
                return;
            }
            List<Runnable> notifications = new ArrayList<>();
            synchronized (ReadQueue.this) {
                batch.reads().forEach(read -> notifications.add(read.failure(failure)));
            }
            notifications.forEach(Runnable::run);
        }

        private void end() {
            if (!ended) {
                ended = true;
                group.window.ended();
            }
        }
    }
}
