package io.jenkins.plugins.defendertags.leases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyedSequencerTest {

    /** Runs a task when the test says so. */
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    private final KeyedSequencer<String> sequencer = new KeyedSequencer<>(tasks::add);
    private final List<String> ran = new ArrayList<>();

    @Test
    void requestsThatWaitShareARun() {
        CompletableFuture<Void> first = sequencer.request("a", () -> ran.add("a"));
        assertSame(first, sequencer.request("a", () -> ran.add("a")));
        sequencer.request("b", () -> ran.add("b"));
        assertEquals(2, tasks.size());
        tasks.forEach(Runnable::run);
        assertEquals(List.of("a", "b"), ran);
        assertTrue(first.isDone());
    }

    @Test
    void requestDuringARunHasAnotherRun() {
        List<CompletableFuture<Void>> second = new ArrayList<>();
        CompletableFuture<Void> first = sequencer.request("a", () -> {
            ran.add("a");
            if (second.isEmpty()) {
                second.add(sequencer.request("a", () -> ran.add("again")));
                second.add(sequencer.request("a", () -> ran.add("again")));
                assertFalse(second.get(0).isDone());
            }
        });
        tasks.remove().run();
        assertEquals(List.of("a", "again"), ran);
        assertTrue(first.isDone() && second.get(0).isDone());
        assertSame(second.get(0), second.get(1));
        assertTrue(tasks.isEmpty());
    }

    @Test
    void failureIsReportedAndStopsNothing() {
        CompletableFuture<Void> failed = sequencer.request("a", () -> {
            throw new IllegalStateException("no");
        });
        tasks.remove().run();
        assertEquals(
                "no",
                assertThrows(CompletionException.class, failed::join).getCause().getMessage());
        sequencer.request("a", () -> ran.add("a"));
        tasks.remove().run();
        assertEquals(List.of("a"), ran);
    }

    @Test
    void neverTwoAtOnceForAKey() {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            KeyedSequencer<Integer> concurrent = new KeyedSequencer<>(threads);
            AtomicInteger[] running = {new AtomicInteger(), new AtomicInteger()};
            AtomicInteger most = new AtomicInteger();
            List<CompletableFuture<Void>> ends = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                int key = i % 2;
                ends.add(concurrent.request(key, () -> {
                    most.accumulateAndGet(running[key].incrementAndGet(), Math::max);
                    Thread.yield();
                    running[key].decrementAndGet();
                }));
            }
            CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).join();
            assertEquals(1, most.get());
        } finally {
            threads.shutdown();
        }
    }
}
