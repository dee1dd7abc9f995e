package io.jenkins.plugins.defendertags.bench;

import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** What an outage costs, short or long. */
final class OutageBench {

    private static final Fault AWAY = Fault.answer(503, "text/plain", "");
    private static final Duration BLIP = Duration.ofMillis(600);
    private static final int CHANGES = 5_000;

    private static final int BLOCKS = 500;
    /** By then the pauses between two probes are as long as they get, so that an hour would show nothing else. */
    private static final Duration OUTAGE = Duration.ofSeconds(45);

    private OutageBench() {}

    static void run() throws Exception {
        blip();
        outage();
    }

    /** Defender refuses nothing but bulk calls, and those for a moment only. */
    private static void blip() throws Exception {
        try (SimulatedWay way = limited()) {
            way.addMachines(CHANGES);
            way.submit(TagAction.ADD, "warm", 0).result().get();
            long before = way.simulator.apiCalls();
            way.simulator.answers().setBulkFault(AWAY);
            List<PendingChange> changes = submit(way, TagAction.ADD, "x", 0, CHANGES);
            Thread.sleep(BLIP.toMillis());
            way.simulator.answers().setBulkFault(null);
            for (PendingChange change : changes) {
                change.result().get();
            }
            Figures.print("blip_calls", way.simulator.apiCalls() - before, 30);
            Figures.print("blip_429", way.simulator.refusals(), 0);
        }
    }

    /** Blocks that end have their tags removed; blocks that begin look at their machines and add theirs. */
    private static void outage() throws Exception {
        try (SimulatedWay way = limited()) {
            way.addMachines(2 * BLOCKS);
            for (PendingChange change : submit(way, TagAction.ADD, "building", 0, BLOCKS)) {
                change.result().get();
            }
            way.simulator.failApiCalls(AWAY);
            List<CompletableFuture<?>> all = new ArrayList<>();
            submit(way, TagAction.REMOVE, "building", 0, BLOCKS).forEach(change -> all.add(change.result()));
            for (int i = BLOCKS; i < 2 * BLOCKS; i++) {
                int machine = i;
                all.add(way.queue()
                        .getMachine(way.registration(), new MachineId(SimulatedWay.id(machine)))
                        .thenCompose(found ->
                                way.submit(TagAction.ADD, "building", machine).result()));
            }
            Thread.sleep(OUTAGE.toMillis());
            long before = way.simulator.apiCalls();
            way.simulator.failApiCalls(null);
            long start = System.nanoTime();
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
            Figures.print("outage_lag_s", (System.nanoTime() - start) / 1e9, 60);
            Figures.print("outage_lag_calls", way.simulator.apiCalls() - before);
            Figures.print("outage_429", way.simulator.refusals(), 0);
        }
    }

    private static SimulatedWay limited() {
        SimulatedWay way = new SimulatedWay(QueueSettings.DEFAULT);
        way.simulator.setLatency(Duration.ofMillis(100));
        way.simulator.limit(
                new Throttle(100, Duration.ofMinutes(1), Throttle.Told.SECONDS),
                new Throttle(1_500, Duration.ofHours(1), Throttle.Told.SECONDS));
        return way;
    }

    private static List<PendingChange> submit(SimulatedWay way, TagAction action, String tag, int from, int to) {
        return way.queue()
                .submit(
                        way.registration(),
                        IntStream.range(from, to)
                                .mapToObj(i ->
                                        new TagChange(action, new Tag(tag), new MachineId(SimulatedWay.id(i))))
                                .toList());
    }
}
