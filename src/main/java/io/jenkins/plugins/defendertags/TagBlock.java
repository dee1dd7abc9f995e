package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.AppRegistration;
import io.jenkins.plugins.defendertags.client.Machine;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.client.MachineName;
import io.jenkins.plugins.defendertags.client.Tag;
import io.jenkins.plugins.defendertags.client.TagQueue;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The tags of one block, added before it and removed after it: one {@link Tagging} for each. Thread-safe; nothing blocks. */
final class TagBlock implements Pending<String> {

    private final Lease.Block block;
    private final List<Tagging> taggings;

    private TagBlock(
            Lease.Block block, List<TagRequest> requests, Run<?, ?> run, Computer computer, TaskListener listener) {
        this.block = block;
        taggings = requests.stream()
                .map(request -> DefenderTagger.get()
                        .tag(
                                request,
                                run,
                                computer,
                                listener,
                                (credential, registration, machines) ->
                                        hold(request.tag(), credential, registration, machines)))
                .toList();
    }

    /**
     * Starts to add the tags and returns at once.
     *
     * @param id stays the same when a block goes on after a restart
     */
    @NonNull
    static TagBlock add(
            @NonNull String id,
            @NonNull List<TagRequest> requests,
            @NonNull Run<?, ?> run,
            @CheckForNull Computer computer,
            @NonNull TaskListener listener) {
        Leases.get().enter(id);
        String node = computer == null ? null : computer.getDisplayName();
        return new TagBlock(Lease.Block.of(id, run, node), requests, run, computer, listener);
    }

    private CompletableFuture<Map<MachineId, Machine>> hold(
            Tag tag, EntraAppRegistration credential, AppRegistration registration, Set<MachineId> machines) {
        TagQueue queue = DefenderTagger.get().queue(registration);
        Lease.Credential with = new Lease.Credential(credential.getId(), credential.getCloud());
        Map<MachineId, Machine> tagged = new ConcurrentHashMap<>();
        return CompletableFuture.allOf(machines.stream()
                        .map(id -> Leases.get()
                                .acquire(
                                        new Lease(block, new Lease.Key(id, tag), with),
                                        () -> queue.machine(registration, id))
                                .thenAccept(machine -> {
                                    if (machine != null) {
                                        tagged.put(id, machine);
                                    }
                                }))
                        .toArray(CompletableFuture[]::new))
                .thenApply(held -> tagged);
    }

    /**
     * What went wrong, in one line, or null if nothing did; fails like {@link Tagging#outcome()} if the block must not begin.
     */
    @NonNull
    @Override
    public CompletableFuture<String> outcome() {
        return CompletableFuture.allOf(taggings.stream().map(Tagging::outcome).toArray(CompletableFuture[]::new))
                .thenApply(added -> TagResult.problem(taggings.stream()
                        .flatMap(tagging -> tagging.outcome().join().stream())
                        .toList()));
    }

    /** Tells the agent's own machine as soon as it is known. */
    void whenAgentsOwnIsKnown(@NonNull Consumer<MachineName> told) {
        taggings.get(0).agentsOwn().thenAccept(told);
    }

    /** Gives up adding; what has been added by then is still to be removed. */
    @Override
    public void cancel() {
        taggings.forEach(Tagging::cancel);
    }

    @NonNull
    @Override
    public String status() {
        return taggings.stream()
                .filter(tagging -> !tagging.outcome().isDone())
                .findFirst()
                .map(Tagging::status)
                .orElse("tagged");
    }

    /**
     * Starts to remove the tags, be it those of a block that began before a restart.
     *
     * @return completes normally, whatever comes of it
     */
    @NonNull
    static CompletableFuture<Void> remove(@NonNull String id, @NonNull TaskListener listener) {
        return Leases.get().release(id, line -> Tagging.log(listener, line));
    }
}
