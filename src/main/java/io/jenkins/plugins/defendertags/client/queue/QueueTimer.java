package io.jenkins.plugins.defendertags.client.queue;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The clock and the timer of a queue, so that tests can step through time. */
interface QueueTimer {

    /** Nanoseconds since an arbitrary moment, as of {@link System#nanoTime()}. */
    long nanoTime();

    /** Runs a short task after a delay, unless the returned future is cancelled before. */
    Future<?> schedule(Runnable task, Duration delay);

    static QueueTimer of(ScheduledExecutorService executor) {
        return new QueueTimer() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public Future<?> schedule(Runnable task, Duration delay) {
                return executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            }
        };
    }
}
