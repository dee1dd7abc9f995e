package io.jenkins.plugins.defendertags.soak;

import io.jenkins.plugins.defendertags.bench.SimulatedWay;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** What builds do, in as few requests as possible, so that trouble can befall each of them. */
enum Scenario {
    ONE_MACHINE(1, "Add x") {
        @Override
        CompletableFuture<?> run(SimulatedWay way) {
            return way.submit(TagAction.ADD, "x", 0).result();
        }
    },
    NAMED_MACHINE(1, "Add x") {
        @Override
        CompletableFuture<?> run(SimulatedWay way) {
            return way.resolver()
                    .resolve(way.registration(), List.of(new MachineName("build-0")), false)
                    .thenCompose(found -> {
                        MachineId id = found.get(0).id();
                        return id == null
                                ? CompletableFuture.failedFuture(new MachineUnknown())
                                : way.queue()
                                        .submit(way.registration(), new TagChange(TagAction.ADD, new Tag("x"), id))
                                        .result();
                    });
        }
    },
    ONE_AFTER_THE_OTHER(1, "Add x", "Remove x", "Add y", "Add x") {
        @Override
        CompletableFuture<?> run(SimulatedWay way) {
            return all(List.of(
                    way.submit(TagAction.ADD, "x", 0),
                    way.submit(TagAction.REMOVE, "x", 0),
                    way.submit(TagAction.ADD, "y", 0),
                    way.submit(TagAction.ADD, "x", 0)));
        }
    },
    MANY_MACHINES(20, "Add x", "Remove x") {
        @Override
        CompletableFuture<?> run(SimulatedWay way) {
            List<PendingChange> pending = new ArrayList<>();
            for (TagAction action : TagAction.values()) {
                List<PendingChange> enqueued = way.queue()
                        .enqueue(
                                way.registration(),
                                IntStream.range(0, machines)
                                        .mapToObj(i -> new TagChange(
                                                action, new Tag("x"), new MachineId(SimulatedWay.id(i))))
                                        .toList());
                way.queue().dispatch(enqueued);
                pending.addAll(enqueued);
            }
            return all(pending);
        }
    };

    /** Told instead of a change that was not made, because Defender said that the machine is not there. */
    static final class MachineUnknown extends Exception {
        private static final long serialVersionUID = 1;
    }

    final int machines;
    /** What is done to each machine, in this order. */
    final List<String> wanted;

    Scenario(int machines, String... wanted) {
        this.machines = machines;
        this.wanted = List.of(wanted);
    }

    abstract CompletableFuture<?> run(SimulatedWay way);

    private static CompletableFuture<?> all(List<PendingChange> changes) {
        return CompletableFuture.allOf(
                changes.stream().map(PendingChange::result).toArray(CompletableFuture[]::new));
    }
}
