package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.queue.WaitStatus;
import io.jenkins.plugins.defendertags.client.resolve.ResolvedMachine;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.config.PolicyRequest;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.machine.AgentHost;
import io.jenkins.plugins.defendertags.machine.AgentIdentityVerifier;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.AsyncOperation;
import io.jenkins.plugins.defendertags.support.ProgressLog;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import io.jenkins.plugins.defendertags.support.WaitingLog;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One request of a build under way: credential, machines, changes, record. It goes from stage to stage by itself; between
 * them, and while it waits, it holds no thread.
 */
public final class TagOperation implements AsyncOperation<List<TagResult>> {

    private static final Logger LOGGER = Logger.getLogger(TagOperation.class.getName());

    private static final int LINE = 20_000;

    /** In the error itself; if there are more, each has a line of the log before it. */
    private static final int PROBLEMS_SHOWN = 20;

    private final DefenderService tagger;
    private final TagRequest request;
    private final Run<?, ?> run;
    private final Computer computer;
    private final TaskListener listener;
    private final ChangeFilter gate;
    private final long start = System.nanoTime();
    private final CompletableFuture<List<TagResult>> outcome = new CompletableFuture<>();
    private final CompletableFuture<MachineName> agentsOwn = new CompletableFuture<>();
    private volatile String status = "asking for credential and machine";
    private final AtomicBoolean recorded = new AtomicBoolean();
    private final MachineWait wait;
    private volatile AppRegistration registration;
    /** Null until it is known which machines to change. */
    private volatile SubmittedChanges changes;

    private ResultReporter report;
    /** What the agent said, if no machine is named. */
    private AgentMachine own;

    /** What Defender's record of it has to match, if that is wanted. */
    private AgentHost host;

    private List<MachineName> names;
    private List<ResolvedMachine> resolved;

    private TagOperation(
            DefenderService tagger,
            TagRequest request,
            Run<?, ?> run,
            @CheckForNull Computer computer,
            TaskListener listener,
            ChangeFilter gate) {
        this.tagger = tagger;
        this.request = request;
        this.run = run;
        this.computer = computer;
        this.listener = listener;
        this.gate = gate;
        wait = new MachineWait(request.waitUntil(), outcome, this::log);
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
     * Whoever goes on after a restart need not ask the agent again, which may not be back by then.
     */
    public CompletableFuture<MachineName> agentsOwn() {
        return agentsOwn;
    }

    @Override
    public String status() {
        SubmittedChanges submitted = changes;
        WaitStatus waiting = waiting();
        return Stream.of(
                        status,
                        submitted == null || submitted.progress().all() < 2
                                ? ""
                                : submitted.progress().toString(),
                        waiting == null ? "" : "waiting for " + WaitingLog.describe(waiting))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
    }

    /** What it waits for, if that is in the queue. */
    private WaitStatus waiting() {
        AppRegistration known = registration;
        SubmittedChanges submitted = changes;
        return known == null ? null : submitted == null ? tagger.queue(known).waitStatus() : submitted.waiting();
    }

    /** Gives the request up. Log and record say what was changed by then, and what may have been. */
    @Override
    public void cancel() {
        if (outcome.cancel(false)) {
            SubmittedChanges submitted = changes;
            if (submitted == null) {
                log("Given up before anything was sent to Defender");
            } else {
                submitted.cancel();
                record(results());
            }
        }
    }

    /**
     * Starts on a request and returns at once; no thread waits for the outcome.
     *
     * @param computer where the build runs at the moment, whose own machine is meant if the request names none; null
     *     outside of any agent
     */
    public static TagOperation start(
            TagRequest request, Run<?, ?> run, @CheckForNull Computer computer, TaskListener listener) {
        return start(request, run, computer, listener, ChangeFilter.OPEN);
    }

    /** The same, but a filter is asked before the change is sent. */
    public static TagOperation start(
            TagRequest request,
            Run<?, ?> run,
            @CheckForNull Computer computer,
            TaskListener listener,
            ChangeFilter filter) {
        TagOperation operation = new TagOperation(DefenderService.get(), request, run, computer, listener, filter);
        operation.start();
        return operation;
    }

    private void start() {
        WaitingLog.start(this::waiting, this::log, outcome);
        run(this::prepare);
    }

    private interface Stage {
        void run() throws Throwable;
    }

    private interface StageAfter<T> {
        void run(T value) throws Throwable;
    }

    private <T> void after(CompletableFuture<T> answer, StageAfter<T> next) {
        answer.whenComplete((value, problem) -> run(() -> {
            if (problem != null) {
                throw problem;
            }
            next.run(value);
        }));
    }

    /** Not by the caller's thread, which can be Pipeline's own or one of the few that call Defender. */
    private void run(Stage stage) {
        Computer.threadPoolForRemoting.execute(() -> {
            if (outcome.isDone()) {
                return;
            }
            try {
                stage.run();
            } catch (Throwable x) { // whoever waits must hear of it, whatever it is
                if (!tagger.isStopping()) { // else the step goes on after the restart
                    fail(explain(x));
                }
            }
        });
    }

    /** What stops all machines at once is the problem of each, if the build is to go on. A request that is not allowed is not. */
    private void fail(Throwable cause) {
        if (report == null
                || changes != null
                || request.onError() == OnError.FAIL
                || !(cause instanceof AbortException)) {
            outcome.completeExceptionally(Troubleshooting.tell(cause, this::log));
            return;
        }
        Problem problem = Troubleshooting.problem(cause);
        List<MachineName> failed = request.machines().isEmpty() ? Collections.singletonList(null) : request.machines();
        resolved = failed.stream()
                .map(name -> ResolvedMachine.failed(name, problem))
                .toList();
        changes = new SubmittedChanges(request, registration, tagger.queue(registration));
        conclude();
    }

    public static Throwable explain(Throwable problem) {
        Throwable cause = DefenderException.unwrap(problem);
        if (cause instanceof DefenderException refused) {
            LOGGER.log(Level.FINE, refused, () -> "A build could not change a tag");
            return Troubleshooting.abort(Troubleshooting.problem(refused));
        }
        return cause;
    }

    private void prepare() throws Exception {
        EntraAppRegistration credential = AppRegistrations.find(run, request.credentialsId());
        DefenderConfiguration.get()
                .getPolicy()
                .check(new PolicyRequest(
                        run.getParent().getFullName(),
                        request.tag(),
                        request.action(),
                        request.namesMachines(),
                        credential.getId()));
        registration = credential.toAppRegistration();
        String node = computer == null ? null : computer.getDisplayName();
        report = new ResultReporter(request, credential, node, this::log);
        names = request.machines();
        if (names.isEmpty()) {
            names = List.of(askAgent());
        }
        if (own != null && AgentIdentityVerifier.isNeeded(own, registration)) {
            host = AgentIdentityVerifier.hostOf(computer);
        }
        verify();
    }

    private MachineName askAgent() throws Exception {
        own = AgentMachine.of(run, computer, listener);
        return new MachineName(own.machine());
    }

    private void verify() {
        CompletableFuture<Void> verified = host == null
                ? CompletableFuture.completedFuture(null)
                : AgentIdentityVerifier.verify(own, host, registration, this::log);
        after(verified.handle((done, problem) -> problem), problem -> {
            if (problem == null) {
                if (request.machines().isEmpty()) {
                    agentsOwn.complete(names.get(0));
                }
                resolve();
            } else if (!(DefenderException.isUnknownMachine(problem) && waitFor(names, this::verify))) {
                throw problem;
            }
        });
    }

    private void resolve() {
        status = "looking for "
                + (names.size() == 1
                        ? SingleLine.of(names.get(0).value(), MachineName.MAX_LENGTH)
                        : names.size() + " machines");
        after(
                tagger.resolver(registration).resolve(registration, names, request.pickNewest()),
                resolution -> choose(resolution.machines()));
    }

    private void choose(List<ResolvedMachine> found) throws AbortException {
        resolved = found;
        List<ResolvedMachine> unknown =
                resolved.stream().filter(ResolvedMachine::isUnknown).toList();
        if (!unknown.isEmpty()
                && waitFor(unknown.stream().map(ResolvedMachine::name).toList(), this::resolve)) {
            return;
        }
        List<Problem> problems = resolved.stream()
                .map(ResolvedMachine::problem)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (!problems.isEmpty() && request.onError() == OnError.FAIL) {
            if (problems.size() > PROBLEMS_SHOWN) {
                problems.forEach(problem -> log(problem.message()));
            }
            Troubleshooting.tell(problems.stream(), this::log);
            throw new AbortException(abridged(problems) + (names.size() > 1 ? " No machine was changed." : ""));
        }
        change();
    }

    private static String abridged(List<Problem> problems) {
        String shown =
                problems.stream().limit(PROBLEMS_SHOWN).map(Problem::message).collect(Collectors.joining(" "));
        int more = problems.size() - PROBLEMS_SHOWN;
        return more > 0 ? shown + " And " + more + " more, see above." : shown;
    }

    /** @return false if the time to wait is over */
    private boolean waitFor(List<MachineName> unknown, Stage again) {
        String waiting = wait.waitFor(unknown, () -> run(again));
        if (waiting != null) {
            status = waiting;
        }
        return waiting != null;
    }

    private void change() {
        status = (request.dryRun() ? "dry run for" : "changing") + " the tag "
                + SingleLine.of(request.tag().value(), Tag.MAX_LENGTH);
        if (changes != null || request.dryRun()) {
            submit(Map.of());
            return;
        }
        Set<MachineId> machines = resolved.stream()
                .map(ResolvedMachine::id)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        after(gate.pass(report.credential(), registration, machines), this::submit);
    }

    private void submit(Map<MachineId, Machine> asWanted) {
        if (changes == null) {
            changes = new SubmittedChanges(request, registration, tagger.queue(registration));
            changes.leaveOut(asWanted);
            ProgressLog.start(changes::progress, this::log, outcome);
        }
        if (!outcome.isDone()) { // else it was given up at this very moment
            after(changes.submit(resolved), ended -> finish());
        }
    }

    private void finish() throws Exception {
        if (tagger.isStopping()) {
            return; // a call that ends because the controller stops tells nothing: the step goes on after it
        }
        List<MachineName> unknown = changes.unknown().stream()
                .map(id -> new MachineName(id.value()))
                .toList();
        if (!unknown.isEmpty() && waitFor(unknown, this::change)) {
            return;
        }
        conclude();
    }

    private void record(List<TagResult> results) {
        if (recorded.compareAndSet(false, true)) { // else given up at the very moment at which it ended
            boolean logErrors = resolved.size() > 1 || request.onError() != OnError.FAIL || outcome.isCancelled();
            report.keep(run, resolved, changes, logErrors, (System.nanoTime() - start) / 1_000_000);
            Troubleshooting.tell(TagResult.failures(results), this::log);
        }
    }

    private List<TagResult> results() {
        return resolved.stream().map(changes::resultOf).toList();
    }

    private void conclude() {
        List<TagResult> results = results();
        record(results);
        String problem = request.onError() == OnError.FAIL ? TagResult.problem(results) : null;
        if (problem == null) {
            outcome.complete(results);
        } else {
            outcome.completeExceptionally(new AbortException(problem));
        }
    }

    private void log(String line) {
        log(listener, line);
    }

    /** One line of the plugin in a build's log. */
    public static void log(TaskListener listener, String line) {
        // Names come from jobs and from Defender, and may hold what makes a line read as another.
        listener.getLogger().println("[defender] " + SingleLine.of(line, LINE));
    }
}
