package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.support.BuildLog;
import io.jenkins.plugins.defendertags.tagging.ChangeFilter;
import io.jenkins.plugins.defendertags.tagging.TagOperation;
import io.jenkins.plugins.defendertags.tagging.TagRequest;
import io.jenkins.plugins.defendertags.tagging.TagResult;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A change by a step or build step, which lasts longer than its build. With {@code keepFor} it takes a lease whose holder is
 * the time. Any other Add or Remove ends the times that the tag had on the machine, and what any other Add adds is left there by
 * blocks and agents, too: the last request decides.
 */
public final class LeaseAwareChange implements ChangeFilter {

    private static final int LINES = 20;

    private final TagRequest request;
    private final Run<?, ?> run;
    private final Computer computer;
    private final TaskListener listener;
    private volatile boolean over;

    private LeaseAwareChange(
            TagRequest request, Run<?, ?> run, @CheckForNull Computer computer, TaskListener listener) {
        this.request = request;
        this.run = run;
        this.computer = computer;
        this.listener = listener;
    }

    /** As {@link TagOperation#start(TagRequest, Run, Computer, TaskListener, ChangeFilter)}. */
    public static TagOperation start(
            TagRequest request, Run<?, ?> run, @CheckForNull Computer computer, TaskListener listener) {
        return TagOperation.start(
                request, run, computer, listener, new LeaseAwareChange(request, run, computer, listener));
    }

    @Override
    public CompletableFuture<Map<MachineId, Machine>> pass(
            EntraAppRegistration credential,
            Function<MachineId, CompletableFuture<Machine>> look,
            Set<MachineId> machines) {
        if (request.keepFor() != null) {
            return acquire(credential, look, machines);
        }
        if (request.action() == TagAction.REMOVE) {
            logHolders(machines);
        }
        return CompletableFuture.completedFuture(Map.of());
    }

    private CompletableFuture<Map<MachineId, Machine>> acquire(
            EntraAppRegistration credential,
            Function<MachineId, CompletableFuture<Machine>> look,
            Set<MachineId> machines) {
        LeaseCredential with;
        try {
            with = LeaseCredentials.describe(credential);
        } catch (AbortException x) {
            return CompletableFuture.failedFuture(x);
        }
        // After a restart there is a lease already, whose time goes on counting.
        LeaseHolder.Time holder = new LeaseHolder.Time(
                request.id(),
                run.getExternalizableId(),
                computer == null ? null : computer.getDisplayName(),
                Instant.now().plus(request.keepFor()));
        return LeaseService.get()
                .acquire(holder, request.tag(), machines, with, look)
                .thenApply(tagged -> {
                    tagged.values().forEach(this::logStays);
                    return tagged;
                });
    }

    private void logStays(@CheckForNull Machine machine) {
        if (machine != null) {
            log(machine + " has " + quotedTag() + " already. Jenkins did not add it, and so will not remove it.");
        }
    }

    /** Whoever else needs the tag loses it: the log says so, and not more of other jobs than that. */
    private void logHolders(Set<MachineId> machines) {
        List<String> lines = new ArrayList<>();
        for (MachineId machine : machines) {
            for (Lease lease : LeaseService.get().times().heldBy(LeaseKey.of(machine, request.tag()))) {
                lines.add("Removing " + lease.quotedTag() + " from " + lease.describeMachine() + ", although "
                        + describe(lease.holder()) + " needs it");
            }
        }
        logSome(lines);
    }

    private void logSome(List<String> lines) {
        lines.stream().limit(LINES).forEach(this::log);
        if (lines.size() > LINES) {
            log("The same for " + (lines.size() - LINES) + " more");
        }
    }

    private static String describe(LeaseHolder holder) {
        if (holder instanceof LeaseHolder.Time time) {
            return "a step with keepFor (until " + time.until().truncatedTo(ChronoUnit.SECONDS) + ")";
        }
        return holder instanceof LeaseHolder.Agent ? "an agent" : "a block";
    }

    @Override
    public void changed(List<TagResult> results) {
        over = true;
        TimeLeases times = LeaseService.get().times();
        Set<MachineId> done = ids(results.stream().filter(result -> result.machine() != null));
        if (request.keepFor() == null) {
            times.drop(tags(done));
            if (request.action() == TagAction.ADD) {
                logSome(times.keep(tags(done)).stream()
                        .map(lease -> lease.quotedTag() + " will stay on " + lease.describeMachine() + ": "
                                + describe(lease.holder()) + " that added it will not remove it")
                        .toList());
            }
            return;
        }
        times.supersede(request.id(), tags(done));
        logEnd(times.of(request.id()).stream()
                .filter(lease -> lease.added() && done.contains(lease.machine()))
                .toList());
        Set<MachineId> failed = ids(results.stream().filter(result -> result.machine() == null));
        if (!failed.isEmpty()) {
            LeaseService.get().release(request.id(), lease -> failed.contains(lease.machine()), line -> {});
        }
    }

    @Override
    @CheckForNull
    public Instant keptUntil(MachineId machine) {
        return request.keepFor() == null
                ? null
                : LeaseService.get().times().end(request.id(), new TagOnMachine(machine, request.tag()));
    }

    /** Whatever was added by then is removed again: nobody will ask for it to be kept. */
    @Override
    public void failed() {
        if (request.keepFor() != null && !over) {
            LeaseService.get().release(request.id(), line -> {});
        }
    }

    private void logEnd(List<Lease> added) {
        if (!added.isEmpty() && added.get(0).holder() instanceof LeaseHolder.Time time) {
            log("Jenkins will remove " + quotedTag() + " from "
                    + (added.size() == 1 ? added.get(0).describeMachine() : added.size() + " machines") + " at "
                    + time.until().truncatedTo(ChronoUnit.SECONDS));
        }
    }

    private static Set<MachineId> ids(Stream<TagResult> results) {
        return results.map(TagResult::id).filter(id -> id != null).collect(Collectors.toSet());
    }

    private List<TagOnMachine> tags(Set<MachineId> machines) {
        return machines.stream()
                .map(machine -> new TagOnMachine(machine, request.tag()))
                .toList();
    }

    private String quotedTag() {
        return "\"" + SingleLine.of(request.tag().value(), Tag.MAX_LENGTH) + "\"";
    }

    private void log(String line) {
        BuildLog.write(listener, line);
    }
}
