package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.support.AsyncOperation;
import io.jenkins.plugins.defendertags.support.BuildLog;
import io.jenkins.plugins.defendertags.tagging.ChangeFilter;
import io.jenkins.plugins.defendertags.tagging.TagOperation;
import io.jenkins.plugins.defendertags.tagging.TagRequest;
import io.jenkins.plugins.defendertags.tagging.TagResult;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** The tags of one block, added before it and removed after it: one {@link TagOperation} for each. Thread-safe; nothing blocks. */
public final class TagBlock implements AsyncOperation<String> {

    private final LeaseHolder holder;
    private final List<TagOperation> taggings;
    /** How many of the tags are not recorded yet. */
    private final AtomicInteger unrecorded;

    private TagBlock(
            LeaseHolder holder,
            List<TagRequest> requests,
            Run<?, ?> run,
            @CheckForNull Computer computer,
            TaskListener listener) {
        this.holder = holder;
        unrecorded = new AtomicInteger(requests.size());
        taggings = requests.stream()
                .map(request -> TagOperation.start(request, run, computer, listener, new TagOfBlock(request.tag())))
                .toList();
    }

    /** One of the block's tags: needs a lease, and is recorded together with the others. */
    private final class TagOfBlock implements ChangeFilter {

        private final Tag tag;

        TagOfBlock(Tag tag) {
            this.tag = tag;
        }

        @Override
        public CompletableFuture<Map<MachineId, Machine>> pass(
                EntraAppRegistration credential,
                Function<MachineId, CompletableFuture<Machine>> look,
                Set<MachineId> machines) {
            return hold(tag, credential, look, machines);
        }

        @Override
        public CompletableFuture<Void> record(Run<?, ?> run, List<TagRecord> changes) {
            return unrecorded.decrementAndGet() > 0
                    ? DefenderTagsAction.recordSoon(run, changes)
                    : DefenderTagsAction.record(run, changes);
        }
    }

    /**
     * Starts to add the tags and returns at once.
     *
     * @param id stays the same when a block goes on after a restart
     */
    public static TagBlock add(
            String id,
            List<TagRequest> requests,
            Run<?, ?> run,
            @CheckForNull Computer computer,
            TaskListener listener) {
        LeaseHolder holder = new LeaseHolder.Block(
                id, run.getExternalizableId(), computer == null ? null : computer.getDisplayName());
        LeaseService.get().enter(holder);
        return new TagBlock(holder, requests, run, computer, listener);
    }

    private CompletableFuture<Map<MachineId, Machine>> hold(
            Tag tag,
            EntraAppRegistration credential,
            Function<MachineId, CompletableFuture<Machine>> look,
            Set<MachineId> machines) {
        LeaseCredential with;
        try {
            with = LeaseCredentials.describe(credential);
        } catch (AbortException x) {
            return CompletableFuture.failedFuture(x);
        }
        return LeaseService.get().acquire(holder, tag, machines, with, look);
    }

    /** The block goes on after a restart of the controller. */
    public static void resume(String id, Run<?, ?> run) {
        LeaseService.get().enter(new LeaseHolder.Block(id, run.getExternalizableId(), null));
    }

    /**
     * What went wrong, in one line, or null if nothing did; fails like {@link TagOperation#outcome()} if the block must not begin.
     */
    @Override
    public CompletableFuture<String> outcome() {
        return CompletableFuture.allOf(
                        taggings.stream().map(TagOperation::outcome).toArray(CompletableFuture[]::new))
                .thenApply(added -> TagResult.problem(taggings.stream()
                        .flatMap(tagging -> tagging.outcome().join().stream())
                        .toList()));
    }

    /** Tells the agent's own machine as soon as it is known. */
    public void whenAgentsOwnIsKnown(Consumer<MachineName> told) {
        taggings.get(0).agentsOwn().thenAccept(told);
    }

    /** Gives up adding; what has been added by then is still to be removed. */
    @Override
    public CompletableFuture<Void> cancel() {
        return CompletableFuture.allOf(
                taggings.stream().map(TagOperation::cancel).toArray(CompletableFuture[]::new));
    }

    @Override
    public String status() {
        return taggings.stream()
                .filter(tagging -> !tagging.outcome().isDone())
                .findFirst()
                .map(TagOperation::status)
                .orElse("tagged");
    }

    /**
     * Starts to remove the tags, also of a block that began before a restart. Waits for that for seconds only: a tag that cannot be
     * removed yet is removed later without the build, and the log says so in one line.
     *
     * @return completes normally, whatever comes of it
     */
    public static CompletableFuture<Void> remove(String id, TaskListener listener) {
        EndOfBlock end = new EndOfBlock(id, line -> BuildLog.write(listener, line));
        return end.await(LeaseService.get().release(id, end::log));
    }
}
