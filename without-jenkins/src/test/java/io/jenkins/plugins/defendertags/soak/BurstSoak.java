package io.jenkins.plugins.defendertags.soak;

import io.jenkins.plugins.defendertags.bench.SimulatedWay;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.RateLimit;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bursts of changes and reads of many builds at once, while Defender comes and goes: outages of all calls and of the bulk call alone,
 * 429, slow answers, reads that lag behind changes, and a 404 in passing at whatever call is next. Each round is an hour of a bad day, compressed into seconds.
 */
final class BurstSoak {

    private static final QueueSettings SETTINGS = new QueueSettings(
            List.of(RateLimit.perMinute(100_000)), Duration.ofMinutes(5), Duration.ofMillis(5));
    private static final Timeouts TIMEOUTS = new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(2));
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> TAGS = List.of("x", "y", "z");
    private static final int MACHINES = 300;
    private static final int BURSTS = 40;

    private final Random random;
    int rounds;
    int changes;
    int lost;
    int hangs;

    BurstSoak(long seed) {
        random = new Random(seed);
    }

    /** @param end in nanoseconds; at least one round is made */
    void run(long end) throws Exception {
        do {
            round();
            rounds++;
        } while (System.nanoTime() < end);
    }

    private void round() throws Exception {
        try (SimulatedWay way = new SimulatedWay(SETTINGS, TIMEOUTS, new DefenderSimulator(), null)) {
            way.addMachines(MACHINES);
            Map<TagChange, List<PendingChange>> byTag = new ConcurrentHashMap<>();
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int burst = 0; burst < BURSTS; burst++) {
                trouble(way.simulator);
                burst(way, byTag, all);
                Thread.sleep(random.nextInt(60));
            }
            way.simulator.answers().setBulkFault(null);
            way.simulator.recover();
            if (!awaitEnd(all)) {
                return;
            }
            byTag.forEach((added, pending) -> check(way.simulator, added, pending));
        }
    }

    private void trouble(DefenderSimulator simulator) {
        Fault away = Fault.answer(503, "text/plain", "");
        switch (random.nextInt(9)) {
            case 0 -> simulator.failApiCalls(away);
            case 1 -> simulator.answers().setBulkFault(away);
            case 2 -> simulator.failNextApiCalls(
                    Fault.defenderError(404, "ResourceNotFound", "Machine was not found"));
            case 3 -> simulator.setLatency(Duration.ofMillis(random.nextInt(50)));
            case 4 -> simulator.failNextApiCalls(
                    Throttle.refusal(Throttle.Told.SECONDS, Duration.ofSeconds(1)), Fault.closed().afterwards());
            case 5 -> simulator.failNextTokenRequests(away);
            case 6 -> lagReads(simulator, Duration.ofMillis(random.nextInt(500)));
            default -> {
                simulator.answers().setBulkFault(null);
                simulator.recover();
            }
        }
    }

    private static void lagReads(DefenderSimulator simulator, Duration lag) {
        for (int i = 0; i < MACHINES; i++) {
            simulator.machines().get(SimulatedWay.id(i)).lagReads(lag);
        }
    }

    private void burst(
            SimulatedWay way, Map<TagChange, List<PendingChange>> byTag, List<CompletableFuture<?>> all) {
        Tag tag = new Tag(TAGS.get(random.nextInt(TAGS.size())));
        TagAction action = random.nextBoolean() ? TagAction.ADD : TagAction.REMOVE;
        int from = random.nextInt(MACHINES);
        int to = from + 1 + random.nextInt(MACHINES - from);
        for (int i = from; i < to; i++) {
            MachineId id = new MachineId(SimulatedWay.id(i));
            PendingChange pending = way.submit(action, tag.value(), i);
            byTag.computeIfAbsent(new TagChange(TagAction.ADD, tag, id), first -> new ArrayList<>())
                    .add(pending);
            pending.result().thenAccept(machine -> {
                if (!machine.isAfter(new TagChange(action, tag, id))) {
                    lost(id + " has " + machine.tags() + " after " + action + " " + tag);
                }
            });
            all.add(pending.result());
            if (i % 10 == 0) {
                all.add(way.queue().getMachine(way.registration(), id));
            }
            changes++;
        }
    }

    private boolean awaitEnd(List<CompletableFuture<?>> all) throws Exception {
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .handle((done, failure) -> null)
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException x) {
            hangs++;
            System.out.println("hangs: "
                    + all.stream().filter(each -> !each.isDone()).count() + " of a burst");
            return false;
        }
    }

    /** The last change that was made decides; only a 404 keeps one from being made. */
    private void check(DefenderSimulator simulator, TagChange added, List<PendingChange> pending) {
        Boolean there = null;
        for (PendingChange change : pending) {
            try {
                there = change.result().join().isAfter(added);
            } catch (CompletionException x) {
                if (!(x.getCause() instanceof DefenderException refused) || refused.kind() != Kind.NOT_FOUND) {
                    lost("a change of " + added.machine() + " failed: " + x.getCause());
                }
            }
        }
        List<String> tags = simulator.tagsOf(added.machine().value());
        if (there != null && there != tags.contains(added.tag().value())) {
            lost(added.machine() + " has " + tags + ", but the last change of " + added.tag() + " says " + there);
        }
    }

    private synchronized void lost(String how) {
        lost++;
        System.out.println("lost: " + how);
    }
}
