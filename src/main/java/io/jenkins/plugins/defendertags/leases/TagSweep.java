package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.queue.TagQueue;
import io.jenkins.plugins.defendertags.client.resolve.ResolvedMachine;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.config.PolicyRequest;
import io.jenkins.plugins.defendertags.config.TagPolicy;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.AsyncOperation;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import io.jenkins.plugins.defendertags.support.WaitingLog;
import io.jenkins.plugins.defendertags.tagging.ResultReporter;
import io.jenkins.plugins.defendertags.tagging.SubmittedChanges;
import io.jenkins.plugins.defendertags.tagging.TagOperation;
import io.jenkins.plugins.defendertags.tagging.TagRequest;
import io.jenkins.plugins.defendertags.tagging.TagResult;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds the machines that have a tag though nobody holds it, and removes it from them: one {@link TagOperation} for all. Holds no
 * thread.
 */
public final class TagSweep implements AsyncOperation<List<TagResult>> {

    private final TagRequest request;
    private final Duration olderThan;
    private final Run<?, ?> run;
    private final TaskListener listener;
    private final CompletableFuture<TagRequest> found = new CompletableFuture<>();
    private final CompletableFuture<List<TagResult>> outcome = new CompletableFuture<>();
    private volatile TagOperation tagging;
    private EntraAppRegistration credential;
    private AppRegistration registration;

    private TagSweep(TagRequest request, Duration olderThan, Run<?, ?> run, TaskListener listener) {
        this.request = request;
        this.olderThan = olderThan;
        this.run = run;
        this.listener = listener;
    }

    /**
     * Returns at once.
     *
     * @param request of {@link TagRequest#ofSweep}; if it names machines, they have been found before a restart
     * @param olderThan how long sweeps must have seen the tag on a machine before it is removed
     */
    public static TagSweep start(TagRequest request, Duration olderThan, Run<?, ?> run, TaskListener listener) {
        TagSweep sweep = new TagSweep(request, olderThan, run, listener);
        sweep.run(sweep::begin);
        return sweep;
    }

    /** The request for the machines that were found, as soon as they are; never completes for a dry run. */
    public CompletableFuture<TagRequest> found() {
        return found;
    }

    /** One result for each machine. */
    @Override
    public CompletableFuture<List<TagResult>> outcome() {
        return outcome;
    }

    @Override
    public String status() {
        TagOperation removing = tagging;
        return removing == null ? "looking for machines with the tag" : removing.status();
    }

    @Override
    public void cancel() {
        outcome.cancel(false);
        TagOperation removing = tagging;
        if (removing != null) {
            removing.cancel();
        }
    }

    private interface Stage {
        void run() throws Exception;
    }

    private void run(Stage stage) {
        Computer.threadPoolForRemoting.execute(() -> {
            try {
                stage.run();
            } catch (Exception | LinkageError x) { // whoever waits must hear of it, whatever it is
                fail(x);
            }
        });
    }

    private void fail(Throwable problem) {
        if (!DefenderService.get().isStopping()) { // else the step goes on after the restart
            outcome.completeExceptionally(Troubleshooting.tell(TagOperation.explain(problem), this::log));
        }
    }

    private void begin() throws IOException {
        TagPolicy policy = DefenderConfiguration.get().getPolicy();
        credential = AppRegistrations.find(run, request.credentialsId());
        policy.checkReading(run.getParent().getFullName(), credential.getId());
        policy.check(new PolicyRequest(
                run.getParent().getFullName(), request.tag(), request.action(), true, credential.getId()));
        registration = credential.toAppRegistration();
        if (!request.machines().isEmpty()) {
            remove(request);
            return;
        }
        CompletableFuture<List<Machine>> asked =
                DefenderService.get().resolver(registration).withTag(registration, request.tag());
        WaitingLog.start(DefenderService.get().queue(registration)::waitStatus, this::log, asked);
        asked.whenComplete((machines, problem) -> run(() -> {
            if (problem != null) {
                fail(problem);
            } else {
                choose(machines);
            }
        }));
    }

    private void choose(List<Machine> tagged) throws IOException {
        Map<MachineId, Machine> free = tagged.stream()
                .filter(machine -> !LeaseService.get().isHeld(key(machine.id())))
                .collect(Collectors.toMap(Machine::id, Function.identity(), (first, again) -> first));
        Map<MachineId, Instant> seen = TagSightings.get().note(credential.getId(), request.tag(), free.keySet());
        Instant limit = Instant.now().minus(olderThan);
        List<Machine> due = seen.entrySet().stream()
                .filter(since -> !since.getValue().isAfter(limit))
                .map(since -> free.get(since.getKey()))
                .toList();
        log(summary(tagged.size(), free.size(), due.size()));
        if (due.size() > TagRequest.MAX_MACHINES) {
            log("That is more than a sweep takes: the first " + TagRequest.MAX_MACHINES
                    + " now, sweep again for the others");
            due = due.subList(0, TagRequest.MAX_MACHINES);
        }
        if (due.isEmpty()) {
            outcome.complete(List.of());
        } else if (request.dryRun()) {
            pretend(due);
        } else {
            TagRequest removal = request.forFound(due.stream().map(Machine::id).toList());
            found.complete(removal);
            remove(removal);
        }
    }

    private String summary(int tagged, int free, int due) {
        String tag = "\"" + SingleLine.of(request.tag().value(), Tag.MAX_LENGTH) + "\"";
        if (tagged == 0) {
            return "No machine has " + tag;
        }
        List<String> parts = new ArrayList<>();
        if (free < tagged) {
            parts.add("needed on " + (tagged - free));
        }
        if (due < free) {
            parts.add("seen for less than " + Util.getTimeSpanString(olderThan.toMillis()) + " on " + (free - due));
        }
        if (due > 0) {
            parts.add((request.dryRun() ? "would be removed from " : "to be removed from ") + due);
        }
        return (tagged == 1 ? "1 machine has " : tagged + " machines have ") + tag + ": " + String.join(", ", parts);
    }

    private void pretend(List<Machine> due) {
        SubmittedChanges none = new SubmittedChanges(
                request, registration, DefenderService.get().queue(registration));
        none.leaveOut(due.stream().collect(Collectors.toMap(Machine::id, Function.identity())));
        List<ResolvedMachine> machines = due.stream()
                .map(machine ->
                        ResolvedMachine.found(new MachineName(machine.id().value()), machine.id()))
                .toList();
        new ResultReporter(request, credential, null, this::log).keep(run, machines, none, false, 0);
        log("Nothing was removed, because this is a dry run: give dryRun: false to remove the tag");
        outcome.complete(machines.stream().map(none::resultOf).toList());
    }

    private void remove(TagRequest removal) {
        tagging = TagOperation.start(removal, run, null, listener, this::reserve);
        tagging.outcome().whenComplete((results, problem) -> {
            if (problem == null) {
                outcome.complete(results);
            } else {
                fail(problem);
            }
        });
        if (outcome.isDone()) {
            tagging.cancel(); // given up at this very moment
        }
    }

    /** Nobody can begin to hold what is being removed; what somebody holds since it was found is left. */
    private CompletableFuture<Map<MachineId, Machine>> reserve(
            EntraAppRegistration with, AppRegistration same, Set<MachineId> machines) {
        TagQueue queue = DefenderService.get().queue(same);
        Map<MachineId, Machine> held = new ConcurrentHashMap<>();
        return CompletableFuture.allOf(machines.stream()
                        .map(id -> LeaseService.get()
                                .whileNotHeld(key(id), outcome)
                                .thenCompose(free -> free
                                        ? CompletableFuture.completedFuture(null)
                                        : queue.getMachine(same, id).thenAccept(machine -> held.put(id, machine))))
                        .toArray(CompletableFuture[]::new))
                .thenApply(all -> held);
    }

    private Lease.Key key(@CheckForNull MachineId machine) {
        return new Lease.Key(machine, request.tag());
    }

    private void log(String line) {
        TagOperation.log(listener, line);
    }
}
