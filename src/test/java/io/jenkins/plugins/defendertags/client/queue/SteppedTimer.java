package io.jenkins.plugins.defendertags.client.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A clock that stands still until it is moved. Tasks run in the thread that moves it. Thread-safe. */
final class SteppedTimer implements QueueTimer {

    private record Task(long at, Runnable action, CompletableFuture<Void> ended) {}

    private final List<Task> tasks = new ArrayList<>();
    private long now = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos(); // so that it overflows

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized Future<?> schedule(Runnable task, Duration delay) {
        Task scheduled = new Task(now + delay.toNanos(), task, new CompletableFuture<>());
        tasks.add(scheduled);
        return scheduled.ended();
    }

    /** Moves on in steps, from task to task. */
    void advance(Duration time) {
        long end = nanoTime() + time.toNanos();
        for (Task next = next(end); next != null; next = next(end)) {
            next.action().run();
        }
        synchronized (this) {
            now = end;
        }
    }

    private synchronized Task next(long end) {
        tasks.removeIf(task -> task.ended().isDone());
        Task first = null;
        for (Task task : tasks) {
            if (task.at() - end <= 0 && (first == null || task.at() - first.at() < 0)) {
                first = task;
            }
        }
        if (first != null) {
            tasks.remove(first);
            now = Math.max(0, first.at() - now) + now;
            first.ended().complete(null);
        }
        return first;
    }
}
