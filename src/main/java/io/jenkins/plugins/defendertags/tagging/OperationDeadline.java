package io.jenkins.plugins.defendertags.tagging;

import hudson.model.Computer;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import jenkins.util.SystemProperties;
import jenkins.util.Timer;

/**
 * The deadline of a whole operation. Each read and change has the same deadline in the queue, but they follow each other: without
 * this one, an operation of several could take several times as long while Defender comes and goes. Pauses for machines that
 * Defender does not know yet come on top. Thread-safe.
 */
final class OperationDeadline {

    /** Instead of the deadline of the configuration, in milliseconds. */
    private static final String TIME = OperationDeadline.class.getName() + ".time";

    private final Duration time;
    private final LongSupplier nanoTime;
    private final CompletableFuture<Void> passed = new CompletableFuture<>();
    private long end;
    /** Null until there is a timer. */
    private Future<?> nextLook;

    private boolean stopped;

    /** @param nanoTime as of {@link System#nanoTime()} */
    OperationDeadline(Duration time, LongSupplier nanoTime) {
        this.time = time;
        this.nanoTime = nanoTime;
        end = nanoTime.getAsLong() + time.toNanos();
    }

    /** @param outcome of the operation: once it is complete, there is nothing left to do by the deadline */
    static OperationDeadline start(CompletableFuture<?> outcome) {
        Duration time = DefenderConfiguration.get().queueSettings().deadline();
        OperationDeadline deadline = new OperationDeadline(
                Duration.ofMillis(SystemProperties.getLong(TIME, time.toMillis())), System::nanoTime);
        deadline.look();
        outcome.whenComplete((result, failure) -> deadline.stop());
        return deadline;
    }

    /** Whether it passed, or, if it did not, looks again when it may have. Completes nothing in the timer's thread. */
    private void look() {
        if (isPassed()) {
            Computer.threadPoolForRemoting.execute(this::pass);
            return;
        }
        synchronized (this) {
            if (stopped) {
                return;
            }
            nextLook = Timer.get().schedule(this::look, end - nanoTime.getAsLong(), TimeUnit.NANOSECONDS);
        }
    }

    private synchronized void stop() {
        stopped = true;
        if (nextLook != null) {
            nextLook.cancel(false);
        }
    }

    synchronized boolean isPassed() {
        return end - nanoTime.getAsLong() <= 0;
    }

    /** The operation pauses on purpose. */
    synchronized void extend(Duration pause) {
        end += pause.toNanos();
    }

    /** Fails all that is not done yet and all that is limited from now on. */
    void pass() {
        passed.complete(null);
    }

    Duration time() {
        return time;
    }

    /**
     * Has an answer fail at the deadline.
     *
     * @param error supplies what it fails with
     * @return the same answer
     */
    <T> CompletableFuture<T> limit(CompletableFuture<T> answer, Supplier<? extends Throwable> error) {
        if (!answer.isDone()) {
            passed.thenRun(() -> {
                if (!answer.isDone()) {
                    answer.completeExceptionally(error.get());
                }
            });
        }
        return answer;
    }
}
