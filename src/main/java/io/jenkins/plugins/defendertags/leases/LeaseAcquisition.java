package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * A holder gets one tag on several machines. It registers first, so that from then on nobody of this Jenkins removes the tag; then
 * looks whether the tag was there before; then notes it on disk. Nobody waits in a thread.
 */
final class LeaseAcquisition {

    private final LeaseRepository repository;
    private final LeaseWriter writer;
    private final Removals removals;
    private final Executor executor;
    private final LeaseHolder holder;
    private final Tag tag;
    private final Collection<MachineId> machines;

    LeaseAcquisition(
            LeaseRepository repository,
            LeaseWriter writer,
            Removals removals,
            Executor executor,
            LeaseHolder holder,
            Tag tag,
            Collection<MachineId> machines) {
        this.repository = repository;
        this.writer = writer;
        this.removals = removals;
        this.executor = executor;
        this.holder = holder;
        this.tag = tag;
        this.machines = machines;
    }

    /** @return the machines that have the tag anyway; on the others it may be added now */
    CompletableFuture<Map<MachineId, Machine>> start(
            LeaseCredential credential, Function<MachineId, CompletableFuture<Machine>> look) {
        Set<MachineId> toLook = repository.hold(holder, tag, machines, credential, Instant.now());
        removals.takeOver(keys());
        Map<MachineId, CompletableFuture<Machine>> looks = new HashMap<>();
        toLook.forEach(machine -> looks.put(machine, look.apply(machine)));
        return CompletableFuture.allOf(looks.values().toArray(CompletableFuture[]::new))
                .handle((all, problem) -> null)
                .thenComposeAsync(seen -> note(looks), executor);
    }

    private List<LeaseKey> keys() {
        return machines.stream().map(machine -> LeaseKey.of(machine, tag)).toList();
    }

    private CompletableFuture<Map<MachineId, Machine>> note(Map<MachineId, CompletableFuture<Machine>> looks) {
        Map<MachineId, Machine> tagged = new HashMap<>();
        try {
            for (MachineId id : machines) {
                Machine machine = looks.containsKey(id) ? seen(looks.get(id)) : null;
                boolean there = machine != null && machine.isAfter(new TagChange(TagAction.ADD, tag, id));
                String name = machine == null ? null : machine.computerDnsName();
                if (!repository.decide(holder, new TagOnMachine(id, tag), there, name)) {
                    tagged.put(id, machine);
                }
            }
        } catch (RuntimeException x) {
            repository.abandon(holder, tag, machines);
            throw x;
        }
        // Not by the writing thread: whoever waits for this may call Defender in the thread that it gets.
        return writer.save(holder.id())
                .handleAsync(
                        (saved, problem) -> {
                            if (problem != null) {
                                throw new CompletionException(notSaved(DefenderException.unwrap(problem)));
                            }
                            removals.dropSuperseded(keys());
                            return tagged;
                        },
                        executor);
    }

    /** @return null if Defender does not know the machine, or not yet */
    @CheckForNull
    private static Machine seen(CompletableFuture<Machine> look) {
        try {
            return look.join();
        } catch (CompletionException x) {
            if (DefenderException.isUnknownMachine(x)) {
                return null;
            }
            throw x;
        }
    }

    private Throwable notSaved(Throwable problem) {
        if (!(problem instanceof UncheckedIOException)) {
            return problem;
        }
        String quoted = "\"" + SingleLine.of(tag.value(), Tag.MAX_LENGTH) + "\"";
        return new AbortException("Tag " + quoted
                + " was not added: Jenkins could not save the note that it must be removed later: "
                + problem.getCause());
    }
}
