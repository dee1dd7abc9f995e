package io.jenkins.plugins.defendertags.leases;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Runs tasks one after the other for each key. A task that waits for its turn serves everybody who asks for one meanwhile, so that
 * many requests for a key cost two runs. Thread-safe; nobody waits in a thread.
 */
final class KeyedSequencer<K> {

    private final Executor executor;
    private final Map<K, Turns> byKey = new HashMap<>();

    private static final class Turns {
        private boolean running;
        private Runnable task;
        private CompletableFuture<Void> next;
    }

    KeyedSequencer(Executor executor) {
        this.executor = executor;
    }

    /**
     * Has a task run that begins after this call. Tasks for one key must do the same.
     *
     * @return completes when that task has ended, and fails as it failed
     */
    CompletableFuture<Void> request(K key, Runnable task) {
        CompletableFuture<Void> end;
        synchronized (this) {
            Turns turns = byKey.computeIfAbsent(key, first -> new Turns());
            if (turns.next != null) {
                return turns.next;
            }
            end = new CompletableFuture<>();
            turns.next = end;
            turns.task = task;
            if (turns.running) {
                return end;
            }
            turns.running = true;
        }
        executor.execute(() -> runAll(key));
        return end;
    }

    private void runAll(K key) {
        while (true) {
            Runnable task;
            CompletableFuture<Void> end;
            synchronized (this) {
                Turns turns = byKey.get(key);
                if (turns.next == null) {
                    byKey.remove(key);
                    return;
                }
                task = turns.task;
                end = turns.next;
                turns.next = null;
            }
            run(task, end);
        }
    }

    private static void run(Runnable task, CompletableFuture<Void> end) {
        try {
            task.run();
        } catch (RuntimeException | Error x) { // whoever waits must be notified
            end.completeExceptionally(x);
            return;
        }
        end.complete(null);
    }
}
