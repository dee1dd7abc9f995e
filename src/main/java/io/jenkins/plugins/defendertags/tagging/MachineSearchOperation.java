package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.resolve.ResolvedMachine;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.AsyncOperation;
import io.jenkins.plugins.defendertags.support.BuildLog;
import io.jenkins.plugins.defendertags.support.Progress;
import io.jenkins.plugins.defendertags.support.StatusLog;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A {@link MachineSearch} under way: reads, and changes nothing. The policy need not allow any tag, but must let the job read
 * other machines than its agent's. No thread waits.
 */
public final class MachineSearchOperation implements AsyncOperation<List<Machine>> {

    /** More would fill the memory of the build, which Pipeline saves as a whole. */
    static final int MAX_FOUND = TagRequestParser.MAX_MACHINES;

    private final MachineSearch search;
    private final Run<?, ?> run;
    private final Computer computer;
    private final TaskListener listener;
    private final Predicate<Machine> wanted;
    private final CompletableFuture<List<Machine>> outcome = new CompletableFuture<>();
    private volatile OperationStage stage = OperationStage.of("looking up the credential");

    private MachineSearchOperation(
            MachineSearch search,
            Run<?, ?> run,
            @CheckForNull Computer computer,
            TaskListener listener,
            Predicate<Machine> wanted) {
        this.search = search;
        this.run = run;
        this.computer = computer;
        this.listener = listener;
        this.wanted = wanted;
    }

    /**
     * Starts a search and returns at once.
     *
     * @param computer where the build runs at the moment, whose own machine is read if the search names none; null outside of
     *     any agent
     * @param wanted decides which of the machines that fit are left out
     */
    public static MachineSearchOperation start(
            MachineSearch search,
            Run<?, ?> run,
            @CheckForNull Computer computer,
            TaskListener listener,
            Predicate<Machine> wanted) {
        MachineSearchOperation operation = new MachineSearchOperation(search, run, computer, listener, wanted);
        StatusLog.start(() -> operation.stage.waiting(), () -> new Progress(0, 1), operation::log, operation.outcome);
        CompletableFuture.supplyAsync(() -> operation.read(operation.prepare()), Computer.threadPoolForRemoting)
                .thenCompose(Function.identity())
                .thenApply(operation::select)
                .whenComplete(operation::end);
        return operation;
    }

    /** The machines, those that were named in the order in which they were; or an {@link AbortException} of one line. */
    @Override
    public CompletableFuture<List<Machine>> outcome() {
        return outcome;
    }

    @Override
    public String status() {
        return stage.describe("");
    }

    @Override
    public CompletableFuture<Void> cancel() {
        outcome.cancel(false);
        return CompletableFuture.completedFuture(null);
    }

    private OperationContext prepare() {
        try {
            OperationContext context = OperationContext.of(
                    run, computer, listener, search.credentialsId(), OperationDeadline.start(outcome));
            AuditedPolicy.check(context, search);
            return context;
        } catch (AbortException refused) {
            throw new CompletionException(refused);
        }
    }

    private CompletableFuture<List<Machine>> read(OperationContext context) {
        stopIfGivenUp();
        stage = OperationStage.of("reading " + search.describe(), context);
        Tag tag = search.tag();
        if (search.machines() == null && tag != null) {
            return context.await(context.resolver().withTag(context.registration(), tag));
        }
        MachineWait wait = new MachineWait(Instant.EPOCH, outcome, this::log);
        try {
            return new TargetFinder(context, search.machines(), false, wait, new CompletableFuture<>())
                    .find()
                    .thenCompose(targets -> readAll(context, targets));
        } catch (Exception failure) { // whatever it is, somebody waits for the outcome
            return CompletableFuture.failedFuture(failure);
        }
    }

    private CompletableFuture<List<Machine>> readAll(OperationContext context, List<ResolvedMachine> targets) {
        stopIfGivenUp();
        AbortException missing = MissingTargets.error(targets, "", this::log);
        if (missing != null) {
            return CompletableFuture.failedFuture(missing);
        }
        Map<MachineId, ResolvedMachine> byId = new LinkedHashMap<>();
        targets.forEach(target -> byId.putIfAbsent(target.id(), target));
        return context.await(context.resolver().machines(context.registration(), byId.keySet()))
                .thenApply(known -> inOrder(context, byId, known));
    }

    private List<Machine> inOrder(
            OperationContext context, Map<MachineId, ResolvedMachine> targets, Map<MachineId, Machine> known) {
        List<Machine> machines = new ArrayList<>();
        List<ResolvedMachine> unknown = new ArrayList<>();
        targets.forEach((id, target) -> {
            Machine machine = known.get(id);
            if (machine == null) {
                Problem problem = Troubleshooting.problem(
                        target.explain(DefenderClient.unknownMachine(context.registration(), id)));
                unknown.add(ResolvedMachine.failed(target.name(), problem));
            } else {
                machines.add(machine);
            }
        });
        AbortException missing = MissingTargets.error(unknown, "", this::log);
        if (missing != null) {
            throw new CompletionException(missing);
        }
        return machines;
    }

    private List<Machine> select(List<Machine> read) {
        List<Machine> found = read.stream().filter(search::fits).toList();
        List<Machine> left = found.stream().filter(wanted).toList();
        if (left.size() > MAX_FOUND) {
            throw new CompletionException(
                    new AbortException("Defender has " + left.size() + " such machines, and a build" + " can take "
                            + MAX_FOUND + " at most. Ask for fewer: with healthStatus, with riskScore, or by name."));
        }
        int held = found.size() - left.size();
        log("Found " + left.size() + (left.size() == 1 ? " machine" : " machines")
                + (held == 0 ? "" : ", and left out " + held + " where this Jenkins holds the tag"));
        return left;
    }

    private void end(List<Machine> machines, @CheckForNull Throwable failure) {
        if (DefenderService.get().isStopping()) {
            return; // the step asks again after the restart
        }
        if (failure == null) {
            outcome.complete(machines);
        } else {
            outcome.completeExceptionally(Troubleshooting.tell(TagOperation.explain(failure), this::log));
        }
    }

    private void stopIfGivenUp() {
        if (outcome.isDone()) {
            throw new CancellationException();
        }
    }

    private void log(String line) {
        BuildLog.write(listener, line);
    }
}
