package io.jenkins.plugins.defendertags.bench;

import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** What blocks and dry runs ask of the queue, at Defender's limits. */
final class BlocksBench {

    private static final int BLOCKS = 300;
    private static final int INSIDE_SECONDS = 20;
    private static final int DRY = 1_200;

    private BlocksBench() {}

    static void run() throws Exception {
        blocks();
        dryRun();
    }

    private static void limit(DefenderSimulator simulator) {
        simulator.setLatency(Duration.ofMillis(100));
        simulator.limit(
                new Throttle(100, Duration.ofMinutes(1), Throttle.Told.SECONDS),
                new Throttle(1_500, Duration.ofHours(1), Throttle.Told.SECONDS));
    }

    /** 300 threads, each of which looks at its machine, adds a tag, waits 20 seconds and removes the tag. */
    private static void blocks() throws Exception {
        try (SimulatedWay way = new SimulatedWay(QueueSettings.DEFAULT)) {
            way.addMachines(BLOCKS);
            limit(way.simulator);
            way.submit(TagAction.ADD, "warm", 0).result().get();
            long callsBefore = way.simulator.apiCalls();
            CountDownLatch start = new CountDownLatch(1);
            List<CompletableFuture<Machine>> blocks = IntStream.range(0, BLOCKS)
                    .mapToObj(i -> {
                        CompletableFuture<Machine> end = new CompletableFuture<>();
                        new Thread(() -> block(way, start, i, end), "build-" + i).start();
                        return end;
                    })
                    .toList();
            long before = System.nanoTime();
            start.countDown();
            for (CompletableFuture<Machine> block : blocks) {
                block.get();
            }
            Figures.print("blocks_300_calls", way.simulator.apiCalls() - callsBefore, 20);
            Figures.print("blocks_300_s", (System.nanoTime() - before) / 1e9, 45);
        }
    }

    private static void block(SimulatedWay way, CountDownLatch start, int machine, CompletableFuture<Machine> end) {
        try {
            start.await();
        } catch (InterruptedException x) {
            throw new AssertionError(x);
        }
        way.queue()
                .getMachine(way.registration(), new MachineId(SimulatedWay.id(machine)))
                .thenCompose(found ->
                        way.submit(TagAction.ADD, "building", machine).result())
                .thenComposeAsync(
                        tagged -> way.submit(TagAction.REMOVE, "building", machine)
                                .result(),
                        CompletableFuture.delayedExecutor(INSIDE_SECONDS, TimeUnit.SECONDS))
                .whenComplete((removed, failure) -> {
                    if (failure == null) {
                        end.complete(removed);
                    } else {
                        end.completeExceptionally(failure);
                    }
                });
    }

    /** One build that looks at 1,200 machines and then adds a tag to them. */
    private static void dryRun() throws Exception {
        try (SimulatedWay way = new SimulatedWay(QueueSettings.DEFAULT)) {
            way.addMachines(DRY);
            limit(way.simulator);
            way.submit(TagAction.ADD, "warm", 0).result().get();
            long callsBefore = way.simulator.apiCalls();
            List<CompletableFuture<Machine>> looked = IntStream.range(0, DRY)
                    .mapToObj(i -> way.queue().getMachine(way.registration(), new MachineId(SimulatedWay.id(i))))
                    .toList();
            for (CompletableFuture<Machine> one : looked) {
                one.get();
            }
            List<CompletableFuture<Machine>> tagged = IntStream.range(0, DRY)
                    .mapToObj(i -> way.submit(TagAction.ADD, "release", i).result())
                    .toList();
            for (CompletableFuture<Machine> one : tagged) {
                one.get();
            }
            Figures.print("dry_1200_calls", way.simulator.apiCalls() - callsBefore, 8);
        }
    }
}
