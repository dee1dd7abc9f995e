package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.resolve.ResolvedMachine;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.AsyncOperation;
import io.jenkins.plugins.defendertags.support.BuildLog;
import io.jenkins.plugins.defendertags.support.StatusLog;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * One request of a build under way, as one chain of futures: credential and policy, targets ({@link TargetFinder}), changes
 * ({@link SubmittedChanges}), log and record ({@link ResultReporter}). It holds a thread only while it looks up credentials,
 * asks an agent, or writes the record.
 */
public final class TagOperation implements AsyncOperation<List<TagResult>> {

    private static final Logger LOGGER = Logger.getLogger(TagOperation.class.getName());

    /** For what blocks: credentials of other plugins, agents and disks. */
    private static final Executor POOL = Computer.threadPoolForRemoting;

    private final TagRequest request;
    private final Run<?, ?> run;
    private final Computer computer;
    private final TaskListener listener;
    private final ChangeFilter filter;
    private final CompletableFuture<List<TagResult>> outcome = new CompletableFuture<>();
    private final CompletableFuture<MachineName> agentsOwn = new CompletableFuture<>();
    private final MachineWait wait;
    private volatile OperationStage stage = OperationStage.of("looking up credential and machine");

    private TagOperation(
            TagRequest request,
            Run<?, ?> run,
            @CheckForNull Computer computer,
            TaskListener listener,
            ChangeFilter filter) {
        this.request = request;
        this.run = run;
        this.computer = computer;
        this.listener = listener;
        this.filter = filter;
        wait = new MachineWait(request.waitUntil(), outcome, this::log);
    }

    /**
     * Starts on a request and returns at once; no thread waits for the outcome. A filter decides which of the machines need the
     * change, before it is sent.
     *
     * @param computer where the build runs at the moment, whose own machine is meant if the request names none; null
     *     outside of any agent
     */
    public static TagOperation start(
            TagRequest request,
            Run<?, ?> run,
            @CheckForNull Computer computer,
            TaskListener listener,
            ChangeFilter filter) {
        TagOperation operation = new TagOperation(request, run, computer, listener, filter);
        StatusLog.start(
                () -> operation.stage.waiting(), () -> operation.stage.progress(), operation::log, operation.outcome);
        // All in one task: what came after it would run in this thread, Pipeline's own, if the task had ended by then.
        CompletableFuture.supplyAsync(() -> operation.run(operation.prepare()), POOL)
                .thenCompose(Function.identity())
                .whenComplete(operation::end);
        return operation;
    }

    /**
     * One result for each machine in the order asked for, or an {@link AbortException} whose message is one line that says
     * what to do.
     */
    @Override
    public CompletableFuture<List<TagResult>> outcome() {
        return outcome;
    }

    /**
     * The agent's own machine, once it is known and verified as far as that is wanted; never completes if a machine is named.
     * After a restart the agent need not be asked again, which may not be back by then.
     */
    public CompletableFuture<MachineName> agentsOwn() {
        return agentsOwn;
    }

    @Override
    public String status() {
        return stage.describe(wait.status());
    }

    /** Gives the request up. Log and record say what was changed by then, and what may have been. */
    @Override
    public CompletableFuture<Void> cancel() {
        if (!outcome.cancel(false)) {
            return CompletableFuture.completedFuture(null);
        }
        SubmittedChanges changes = stage.changes();
        if (changes == null) {
            return CompletableFuture.runAsync(this::giveUp, POOL); // Pipeline's own thread calls this
        }
        changes.cancel();
        ResultReporter reporter = stage.reporter();
        // The chain may still be busy with the call that was given up.
        return CompletableFuture.supplyAsync(() -> reporter.report(changes.results(), true), POOL)
                .thenCompose(Function.identity());
    }

    private void giveUp() {
        log("Given up before anything was sent to Defender");
        filter.failed(); // not only when Defender has answered what it was asked before
    }

    private OperationContext prepare() {
        try {
            OperationContext context = OperationContext.of(
                    run, computer, listener, request.credentialsId(), OperationDeadline.start(outcome));
            AuditedPolicy.check(context, request);
            return context;
        } catch (AbortException refused) {
            throw new CompletionException(refused);
        }
    }

    private CompletableFuture<List<TagResult>> run(OperationContext context) {
        ResultReporter reporter = new ResultReporter(context, request, filter);
        return findTargets(context)
                .thenCompose(targets -> applyFilter(context, targets))
                .handle((changes, failure) -> failure == null ? changes : tolerate(context, failure))
                .thenCompose(changes -> submit(context, changes, reporter))
                .thenCompose(changes -> report(reporter, changes));
    }

    private CompletableFuture<List<ResolvedMachine>> findTargets(OperationContext context) {
        stopIfGivenUp();
        stage = OperationStage.of("looking for " + request.describeTargets(), context);
        try {
            return new TargetFinder(context, request.targets(), request.pickNewest(), wait, agentsOwn)
                    .find()
                    .thenApply(this::checkTargets);
        } catch (Exception failure) { // whatever it is, somebody waits for the outcome
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** If one of several machines is not found, none is changed, unless the build is to go on. */
    private List<ResolvedMachine> checkTargets(List<ResolvedMachine> targets) {
        AbortException missing = request.onError() == OnError.FAIL
                ? MissingTargets.error(targets, " No machine was changed.", this::log)
                : null;
        if (missing != null) {
            throw new CompletionException(missing);
        }
        return targets;
    }

    private CompletableFuture<SubmittedChanges> applyFilter(OperationContext context, List<ResolvedMachine> targets) {
        stopIfGivenUp();
        if (request.dryRun()) {
            return CompletableFuture.completedFuture(new SubmittedChanges(context, request, targets, Map.of()));
        }
        Set<MachineId> machines = targets.stream()
                .map(ResolvedMachine::id)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return filter.pass(context.credential(), context::getMachine, machines)
                .thenApply(asWanted -> new SubmittedChanges(context, request, targets, asWanted));
    }

    /** What stops all machines at once is the problem of each, if the build is to go on. */
    private SubmittedChanges tolerate(OperationContext context, Throwable failure) {
        Throwable cause = explain(failure);
        if (request.onError() == OnError.FAIL
                || !(cause instanceof AbortException)
                || DefenderService.get().isStopping()) {
            throw new CompletionException(cause);
        }
        Problem problem = Troubleshooting.problem(cause);
        List<MachineName> named = request.targets();
        List<MachineName> names = named == null ? Collections.singletonList(null) : named;
        List<ResolvedMachine> failed = names.stream()
                .map(name -> ResolvedMachine.failed(name, problem))
                .toList();
        return new SubmittedChanges(context, request, failed, Map.of());
    }

    private CompletableFuture<SubmittedChanges> submit(
            OperationContext context, SubmittedChanges changes, ResultReporter reporter) {
        stage = new OperationStage(
                (request.dryRun() ? "dry run for" : "changing") + " the tag "
                        + SingleLine.of(request.tag().value(), Tag.MAX_LENGTH),
                context,
                changes,
                reporter);
        stopIfGivenUp();
        return submitUntilKnown(context, changes);
    }

    private CompletableFuture<SubmittedChanges> submitUntilKnown(OperationContext context, SubmittedChanges changes) {
        return changes.submit()
                .thenComposeAsync(
                        ended -> {
                            List<MachineName> unknown = changes.unknown().stream()
                                    .map(id -> new MachineName(id.value()))
                                    .toList();
                            CompletableFuture<Void> pause = unknown.isEmpty() || outcome.isDone()
                                    ? null
                                    : wait.pauseFor(context.deadline(), unknown);
                            return pause == null
                                    ? CompletableFuture.completedFuture(changes)
                                    : pause.handle((over, givenUp) -> givenUp)
                                            .thenCompose(givenUp -> givenUp == null
                                                    ? submitUntilKnown(context, changes)
                                                    : CompletableFuture.completedFuture(changes));
                        },
                        POOL);
    }

    private CompletableFuture<List<TagResult>> report(ResultReporter reporter, SubmittedChanges changes) {
        if (DefenderService.get().isStopping()) {
            return CompletableFuture.completedFuture(
                    List.of()); // a call that ends because the controller stops says nothing: the step goes on after it
        }
        List<TagResult> results = changes.results();
        boolean logFailures = results.size() > 1 || request.onError() != OnError.FAIL || outcome.isCancelled();
        return reporter.report(results, logFailures).thenApply(recorded -> {
            if (!request.dryRun()) {
                filter.changed(results);
            }
            String problem = request.onError() == OnError.FAIL ? TagResult.problem(results) : null;
            if (problem != null) {
                throw new CompletionException(new AbortException(problem));
            }
            return results;
        });
    }

    private void end(List<TagResult> results, @CheckForNull Throwable failure) {
        if (DefenderService.get().isStopping()) {
            return; // the step goes on after the restart
        }
        if (failure == null) {
            outcome.complete(results);
        } else {
            filter.failed();
            outcome.completeExceptionally(Troubleshooting.tell(explain(failure), this::log));
        }
    }

    private void stopIfGivenUp() {
        if (outcome.isDone()) {
            throw new CancellationException();
        }
    }

    /** @return an {@link AbortException} for what Defender refused; else the cause itself */
    public static Throwable explain(Throwable failure) {
        Throwable cause = DefenderException.unwrap(failure);
        if (cause instanceof DefenderException refused) {
            LOGGER.log(Level.FINE, refused, () -> "A build could not change a tag");
            return Troubleshooting.abort(Troubleshooting.problem(refused));
        }
        return cause;
    }

    private void log(String line) {
        BuildLog.write(listener, line);
    }
}
