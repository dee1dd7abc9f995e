package io.jenkins.plugins.defendertags.bench;

import io.jenkins.plugins.defendertags.client.CallLimit;
import io.jenkins.plugins.defendertags.client.PendingChange;
import io.jenkins.plugins.defendertags.client.QueueSettings;
import io.jenkins.plugins.defendertags.client.TagAction;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Many changes at once. */
final class QueueBench {

    private static final int BUILDS = 1_000;
    private static final int PENDING = 10_000;
    private static final int RUNS = 5;

    private QueueBench() {}

    static void run() throws Exception {
        thousandAtOnce();
        pendingBytes();
        Figures.print("scale_10k_over_1k", seconds(10_000) / seconds(1_000), 11);
    }

    /** A thread for each build, all let go at once, against a Defender that keeps to its limits. */
    private static void thousandAtOnce() throws Exception {
        try (SimulatedWay way = new SimulatedWay(QueueSettings.DEFAULT)) {
            way.addMachines(BUILDS);
            way.simulator.limit(
                    new Throttle(100, Duration.ofMinutes(1), Throttle.Told.SECONDS),
                    new Throttle(1_500, Duration.ofHours(1), Throttle.Told.SECONDS));
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            CountDownLatch start = new CountDownLatch(1);
            PendingChange[] changes = new PendingChange[BUILDS];
            List<Thread> builds = new ArrayList<>();
            for (int i = 0; i < BUILDS; i++) {
                int build = i;
                Thread thread = new Thread(() -> {
                    try {
                        start.await();
                        changes[build] = way.submit(TagAction.ADD, "build-agent", build);
                    } catch (InterruptedException x) {
                        throw new AssertionError(x);
                    }
                });
                builds.add(thread);
                thread.start();
            }
            start.countDown();
            long threads = 0;
            boolean all = false;
            while (!all) {
                threads = Math.max(threads, added(before, builds));
                all = Arrays.stream(changes)
                        .allMatch(change -> change != null && change.result().isDone());
                Thread.sleep(1);
            }
            for (PendingChange change : changes) {
                change.result().get();
            }
            Figures.print("thousand_calls", way.simulator.apiCalls(), 12);
            Figures.print("thousand_429", way.simulator.refusals(), 0);
            Figures.print("thousand_threads", threads, 8);
        }
    }

    private static long added(Set<Thread> before, List<Thread> builds) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread)
                        && !builds.contains(thread)
                        && !thread.getName().startsWith("defender-simulator"))
                .count();
    }

    /** Each waits for another machine and another tag, so that none shares anything with the next. */
    private static void pendingBytes() throws Exception {
        long[] bytes = new long[RUNS];
        for (int run = 0; run < RUNS; run++) {
            QueueSettings full = new QueueSettings(
                    List.of(CallLimit.perHour(1)), Duration.ofHours(1), QueueSettings.DEFAULT.firstPause());
            try (SimulatedWay way = new SimulatedWay(full)) {
                way.addMachines(1);
                way.submit(TagAction.ADD, "first", 0).result().get();
                long before = usedHeap();
                PendingChange[] waiting = new PendingChange[PENDING];
                for (int i = 0; i < PENDING; i++) {
                    waiting[i] = way.submit(TagAction.ADD, "tag-" + i, i);
                }
                bytes[run] = (usedHeap() - before) / PENDING;
                if (Arrays.stream(waiting).anyMatch(change -> change.result().isDone())) {
                    throw new AssertionError("one did not wait");
                }
            }
        }
        Arrays.sort(bytes);
        Figures.print("pending_bytes", bytes[RUNS / 2], 2_048);
    }

    private static long usedHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** From the first submission to the last result, without limits. */
    private static double seconds(int count) throws Exception {
        double[] seconds = new double[RUNS];
        try (SimulatedWay way = new SimulatedWay(SimulatedWay.UNLIMITED)) {
            way.addMachines(count);
            for (int run = -RUNS; run < RUNS; run++) {
                TagAction action = run % 2 == 0 ? TagAction.ADD : TagAction.REMOVE;
                long start = System.nanoTime();
                List<PendingChange> changes = IntStream.range(0, count)
                        .mapToObj(i -> way.submit(action, "x", i))
                        .toList();
                for (PendingChange change : changes) {
                    change.result().get();
                }
                if (run >= 0) {
                    seconds[run] = (System.nanoTime() - start) / 1e9;
                }
            }
        }
        Arrays.sort(seconds);
        return seconds[RUNS / 2];
    }
}
