package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Item;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.TagQueue;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.StatusLog;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;

/**
 * One attempt to remove the tag of a lease. Neither agent nor policy is asked: Jenkins has added the tag and takes it back.
 * The credential is looked up anew, because it may have changed since.
 */
final class TagRemoval {

    private final Lease lease;
    private final Consumer<String> log;
    private final Run<?, ?> build;
    private final long start = System.nanoTime();
    /** How often Defender was asked. */
    private IntSupplier calls = () -> 0;

    private TagRemoval(Lease lease, Consumer<String> log) {
        this.lease = lease;
        this.log = log;
        build = findBuild(lease);
    }

    /**
     * Tells log and build what came of it, except why it failed.
     *
     * @return completes when the tag or the whole machine is gone; else with a {@link DefenderException} or {@link
     *     AbortException}
     */
    static CompletableFuture<Void> start(Lease lease, Consumer<String> log) {
        try {
            return new TagRemoval(lease, log).start();
        } catch (Exception x) { // whatever it is must not get the lease lost
            return CompletableFuture.failedFuture(x);
        }
    }

    private CompletableFuture<Void> start() throws AbortException {
        AppRegistration registration = findCredential().toAppRegistration();
        TagQueue queue = DefenderService.get().queue(registration);
        TagChange change =
                new TagChange(TagAction.REMOVE, lease.key().tag(), lease.key().machine());
        CompletableFuture<Machine> result;
        if (lease.getBuild() == null) { // agents go together, and none waits for it
            result = DefenderService.get().gathered().submit(registration, change);
        } else {
            PendingChange pending = queue.submit(registration, change);
            StatusLog.start(pending::waitStatus, log, pending.result());
            calls = pending::calls;
            result = pending.result();
        }
        return result.thenAccept(this::succeeded).exceptionallyCompose(wrapped -> {
            Throwable problem = DefenderException.unwrap(wrapped);
            failed(problem);
            if (DefenderException.isUnknownMachine(problem)) {
                log.accept(lease.getMachine() + " is not in Defender any more, and neither is its tag \""
                        + SingleLine.of(lease.getTag(), Tag.MAX_LENGTH) + "\"");
                return CompletableFuture.completedFuture(null);
            }
            // It may never have been added: whoever may not remove tags may not add them either.
            return queue.getMachine(registration, lease.key().machine()).handle((machine, unknown) -> {
                if (machine == null || machine.tags().contains(lease.getTag())) {
                    throw new CompletionException(problem);
                }
                log.accept(described(machine) + ", and \"" + SingleLine.of(lease.getTag(), Tag.MAX_LENGTH)
                        + "\" is not among them");
                return null;
            });
        });
    }

    private void succeeded(Machine machine) {
        log.accept(TagAction.REMOVE.describe(lease.key().tag(), described(machine)));
        record(record().succeeded(machine, ChangeEffect.UNKNOWN));
    }

    private void failed(Throwable problem) {
        if (DefenderService.get().isStopping()) {
            return; // it is tried again after the restart
        }
        record(record().failed(Troubleshooting.problem(problem)));
    }

    private TagRecord.Builder record() {
        return new TagRecord.Builder(
                        lease.getId(), TagAction.REMOVE, lease.key().tag())
                .machine(lease.key().machine(), lease.machineName())
                .node(lease.getNode())
                .credential(lease.credential().id(), lease.credential().cloud())
                .cost(calls.getAsInt(), (System.nanoTime() - start) / 1_000_000);
    }

    private void record(TagRecord record) {
        if (build != null) {
            DefenderTagsAction.record(build, List.of(record));
        }
    }

    private static String described(Machine machine) {
        String tags = machine.tags().stream()
                .map(tag -> SingleLine.of(tag, Tag.MAX_LENGTH))
                .collect(Collectors.joining(", "));
        return machine + ": " + (tags.isEmpty() ? "no tags" : tags);
    }

    private EntraAppRegistration findCredential() throws AbortException {
        return build != null
                ? AppRegistrations.find(build, lease.getCredentialsId())
                : AppRegistrations.findIn(nearestItem(), lease.getCredentialsId());
    }

    /** The job, or if it is gone the folder that it was in. */
    @CheckForNull
    private Item nearestItem() {
        String held = lease.getBuild();
        if (held == null) {
            return null; // an agent's tag, which nobody but Jenkins itself has added
        }
        String name = held.replaceFirst("#\\d+$", "");
        Item found = Jenkins.get().getItemByFullName(name);
        while (found == null && name.contains("/")) {
            name = name.substring(0, name.lastIndexOf('/'));
            found = Jenkins.get().getItemByFullName(name);
        }
        return found;
    }

    /** Null also for an agent's tag. */
    @CheckForNull
    static Run<?, ?> findBuild(Lease lease) {
        try {
            return lease.getBuild() == null ? null : Run.fromExternalizableId(lease.getBuild());
        } catch (IllegalArgumentException x) {
            return null; // a file that somebody has edited
        }
    }
}
