package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Fails what is not done by the deadline of the {@link QueueSettings}. Thread-safe. */
final class Deadlines {

    private final CallScheduler calls;

    Deadlines(CallScheduler calls) {
        this.calls = calls;
    }

    /**
     * Starts the deadline of a result. One that is there already needs no timer, which is most of what a warm call would cost.
     *
     * @param last supplies the error of the last attempt, or null
     */
    void start(CompletableFuture<?> result, Supplier<DefenderException> last) {
        if (result.isDone()) {
            return;
        }
        Duration deadline = calls.settings().deadline();
        Future<?> giveUp = calls.timer()
                .schedule(() -> result.completeExceptionally(calls.deadlineExceeded(last.get(), deadline)), deadline);
        result.whenComplete((value, failure) -> giveUp.cancel(false));
    }
}
