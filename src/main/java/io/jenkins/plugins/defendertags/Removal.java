package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.model.Item;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.AppRegistration;
import io.jenkins.plugins.defendertags.client.DefenderException;
import io.jenkins.plugins.defendertags.client.Machine;
import io.jenkins.plugins.defendertags.client.OneLine;
import io.jenkins.plugins.defendertags.client.PendingChange;
import io.jenkins.plugins.defendertags.client.Tag;
import io.jenkins.plugins.defendertags.client.TagAction;
import io.jenkins.plugins.defendertags.client.TagChange;
import io.jenkins.plugins.defendertags.client.TagQueue;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
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
final class Removal {

    private final Lease lease;
    private final Consumer<String> log;
    private final Run<?, ?> build;
    private final long start = System.nanoTime();
    /** How often Defender was asked. */
    private IntSupplier calls = () -> 0;

    private Removal(Lease lease, Consumer<String> log) {
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
    @NonNull
    static CompletableFuture<Void> start(@NonNull Lease lease, @NonNull Consumer<String> log) {
        try {
            return new Removal(lease, log).start();
        } catch (Exception x) { // whatever it is must not get the lease lost
            return CompletableFuture.failedFuture(x);
        }
    }

    private CompletableFuture<Void> start() throws AbortException {
        AppRegistration registration = findCredential().toAppRegistration();
        TagQueue queue = DefenderTagger.get().queue(registration);
        TagChange change =
                new TagChange(TagAction.REMOVE, lease.key().tag(), lease.key().machine());
        CompletableFuture<Machine> result;
        if (lease.getBuild() == null) { // agents go together, and none waits for it
            result = DefenderTagger.get().gathered().submit(registration, change);
        } else {
            PendingChange pending = queue.submit(registration, change);
            WaitingLog.start(pending::waiting, log, pending.result());
            calls = pending::calls;
            result = pending.result();
        }
        return result.thenAccept(this::succeeded).exceptionallyCompose(wrapped -> {
            Throwable problem = DefenderException.causeOf(wrapped);
            failed(problem);
            if (DefenderException.isUnknownMachine(problem)) {
                log.accept(lease.getMachine() + " is not in Defender any more, and neither is its tag \""
                        + OneLine.of(lease.getTag(), Tag.MAX_LENGTH) + "\"");
                return CompletableFuture.completedFuture(null);
            }
            // It may never have been added: whoever may not remove tags may not add them either.
            return queue.machine(registration, lease.key().machine()).handle((machine, unknown) -> {
                if (machine == null || machine.tags().contains(lease.getTag())) {
                    throw new CompletionException(problem);
                }
                log.accept(described(machine) + ", and \"" + OneLine.of(lease.getTag(), Tag.MAX_LENGTH)
                        + "\" is not among them");
                return null;
            });
        });
    }

    private void succeeded(Machine machine) {
        log.accept(TagAction.REMOVE.describe(lease.key().tag(), described(machine)));
        record(new TagRecord(lease, calls.getAsInt(), millis()).succeeded(machine));
    }

    private void failed(Throwable problem) {
        if (DefenderTagger.get().isStopping()) {
            return; // it is tried again after the restart
        }
        record(new TagRecord(lease, calls.getAsInt(), millis()).failed(Troubleshooting.problem(problem)));
    }

    private long millis() {
        return (System.nanoTime() - start) / 1_000_000;
    }

    private void record(TagRecord record) {
        if (build != null) {
            DefenderTagsAction.record(build, List.of(record));
        }
    }

    private static String described(Machine machine) {
        String tags = machine.tags().stream()
                .map(tag -> OneLine.of(tag, Tag.MAX_LENGTH))
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
    static Run<?, ?> findBuild(@NonNull Lease lease) {
        try {
            return lease.getBuild() == null ? null : Run.fromExternalizableId(lease.getBuild());
        } catch (IllegalArgumentException x) {
            return null; // a file that somebody has edited
        }
    }
}
