package io.jenkins.plugins.defendertags.bench;

import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.RateLimit;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Many changes at once. */
final class QueueBench {

    private static final int BUILDS = 1_000;
    private static final int PENDING = 10_000;
    private static final int RUNS = 5;
    /** More, since a run with 1,000 changes takes 20 milliseconds. */
    private static final int SCALE_RUNS = 21;

    private QueueBench() {}

    static void run() throws Exception {
        thousandAtOnce(Duration.ofMillis(100), "thousand");
        thousandAtOnce(Duration.ZERO, "thousand_instant");
        pendingBytes();
        scale();
    }

    /** A thread for each build, all let go at once, against a Defender that keeps to its limits. */
    private static void thousandAtOnce(Duration latency, String name) throws Exception {
        try (SimulatedWay way = new SimulatedWay(QueueSettings.DEFAULT)) {
            way.addMachines(BUILDS);
            way.simulator.setLatency(latency);
            way.simulator.limit(
                    new Throttle(100, Duration.ofMinutes(1), Throttle.Told.SECONDS),
                    new Throttle(1_500, Duration.ofHours(1), Throttle.Told.SECONDS));
            way.submit(TagAction.ADD, "warm", 0).result().get();
            long callsBefore = way.simulator.apiCalls();
            CountDownLatch start = new CountDownLatch(1);
            PendingChange[] changes = new PendingChange[BUILDS];
            for (int i = 0; i < BUILDS; i++) {
                int build = i;
                Thread thread = new Thread(() -> {
                    try {
                        start.await();
                        changes[build] = way.submit(TagAction.ADD, "build-agent", build);
                    } catch (InterruptedException x) {
                        throw new AssertionError(x);
                    }
                }, "build-" + build);
                thread.start();
            }
            start.countDown();
            long threads = 0;
            boolean all = false;
            while (!all) {
                threads = Math.max(threads, clientThreads());
                all = Arrays.stream(changes)
                        .allMatch(change -> change != null && change.result().isDone());
                Thread.sleep(20);
            }
            for (PendingChange change : changes) {
                change.result().get();
            }
            long calls = way.simulator.apiCalls() - callsBefore;
            if (latency.isZero()) { // hardly anything waits then, so hardly anything can be merged
                Figures.print(name + "_calls", calls);
            } else {
                Figures.print(name + "_calls", calls, 10);
            }
            Figures.print(name + "_429", way.simulator.refusals(), 0);
            Figures.print(name + "_threads", threads, 8);
        }
    }

    /** The client's; looked for by name, because listing all stacks would stop everything for a moment. */
    private static long clientThreads() {
        Thread[] threads = new Thread[4 * BUILDS];
        int count = Thread.currentThread().getThreadGroup().enumerate(threads);
        return Arrays.stream(threads, 0, count)
                .filter(thread -> !thread.getName().matches("(build|defender-simulator|HTTP-Dispatcher|server-timer|main).*"))
                .count();
    }

    /** Each waits for another machine and another tag, so that none shares anything with the next. */
    private static void pendingBytes() throws Exception {
        long[] bytes = new long[RUNS];
        for (int run = 0; run < RUNS; run++) {
            QueueSettings full = new QueueSettings(
                    List.of(RateLimit.perHour(1)), Duration.ofHours(1), QueueSettings.DEFAULT.firstPause());
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

    /** From the first submission to the last result, without limits; in turns, so that both are equally warm. */
    private static void scale() throws Exception {
        double[] one = new double[SCALE_RUNS];
        double[] ten = new double[SCALE_RUNS];
        try (SimulatedWay way = new SimulatedWay(SimulatedWay.UNLIMITED)) {
            way.addMachines(10_000);
            for (int run = -2 * SCALE_RUNS; run < SCALE_RUNS; run++) {
                double secondsOfTen = seconds(way, 10_000);
                double secondsOfOne = seconds(way, 1_000);
                if (run >= 0) {
                    ten[run] = secondsOfTen;
                    one[run] = secondsOfOne;
                }
            }
        }
        Arrays.sort(one);
        Arrays.sort(ten);
        Figures.print("changes_1k_s", one[SCALE_RUNS / 2]);
        Figures.print("changes_10k_s", ten[SCALE_RUNS / 2]);
        Figures.print("scale_10k_over_1k", ten[SCALE_RUNS / 2] / one[SCALE_RUNS / 2], 11);
    }

    private static double seconds(SimulatedWay way, int count) throws Exception {
        long start = System.nanoTime();
        List<PendingChange> changes = IntStream.range(0, count)
                .mapToObj(i -> way.submit(TagAction.ADD, "x", i))
                .toList();
        for (PendingChange change : changes) {
            change.result().get();
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
