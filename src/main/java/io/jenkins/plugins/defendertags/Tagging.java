package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Util;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.AppRegistration;
import io.jenkins.plugins.defendertags.client.DefenderException;
import io.jenkins.plugins.defendertags.client.Machine;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.client.MachineName;
import io.jenkins.plugins.defendertags.client.OneLine;
import io.jenkins.plugins.defendertags.client.PendingChange;
import io.jenkins.plugins.defendertags.client.ResolvedMachine;
import io.jenkins.plugins.defendertags.client.Tag;
import io.jenkins.plugins.defendertags.client.TagChange;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.machine.AgentHost;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import io.jenkins.plugins.defendertags.machine.VerifyAgents;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.util.Timer;

/**
 * One request of a build under way: credential, machines, changes, record. It goes from stage to stage by itself; between
 * them, and while it waits, it holds no thread.
 */
final class Tagging {

    private static final Logger LOGGER = Logger.getLogger(Tagging.class.getName());

    /** Between two questions for a machine that Defender does not know yet; doubled each time up to the longest. */
    static Duration firstPause = Duration.ofSeconds(30);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    /** In the error itself; if there are more, each has a line of the log before it. */
    private static final int PROBLEMS_SHOWN = 20;

    private final DefenderTagger tagger;
    private final TagRequest request;
    private final Run<?, ?> run;
    private final Computer computer;
    private final TaskListener listener;
    private final long start = System.nanoTime();
    private final CompletableFuture<List<TagResult>> outcome = new CompletableFuture<>();
    private final CompletableFuture<MachineName> agentsOwn = new CompletableFuture<>();
    /** By machine, so that a machine that is named twice is changed once. */
    private final Map<MachineId, PendingChange> changes = new LinkedHashMap<>();

    private volatile String status = "asking for credential and machine";
    private EntraAppRegistration credential;
    private AppRegistration registration;
    /** What the agent said, if no machine is named. */
    private AgentMachine own;

    /** What Defender's record of it has to match, if that is wanted. */
    private AgentHost host;

    private List<MachineName> names;
    private List<ResolvedMachine> resolved;
    private Duration pause = firstPause;
    private boolean waitAnnounced;

    Tagging(
            @NonNull DefenderTagger tagger,
            @NonNull TagRequest request,
            @NonNull Run<?, ?> run,
            @CheckForNull Computer computer,
            @NonNull TaskListener listener) {
        this.tagger = tagger;
        this.request = request;
        this.run = run;
        this.computer = computer;
        this.listener = listener;
    }

    /**
     * One result for each machine in the order asked for, or an {@link AbortException} whose message is one line that says
     * what to do. Cancelling it gives the request up; a change that is being sent may be made all the same.
     */
    @NonNull
    CompletableFuture<List<TagResult>> outcome() {
        return outcome;
    }

    /**
     * The agent's own machine, once it is known and verified as far as that is wanted; never completes if a machine is named.
     * Whoever goes on after a restart need not ask the agent again, which may not be back by then.
     */
    @NonNull
    CompletableFuture<MachineName> agentsOwn() {
        return agentsOwn;
    }

    /** What it is doing at the moment, for people. */
    @NonNull
    String status() {
        return status;
    }

    /** Returns at once. */
    void start() {
        // Credential providers and agents may be slow: not a job for the caller's thread, which can be Pipeline's own.
        run(Computer.threadPoolForRemoting, this::prepare);
    }

    private interface Stage {
        void run() throws Exception;
    }

    private void run(Executor executor, Stage stage) {
        executor.execute(() -> {
            if (outcome.isDone()) {
                return;
            }
            try {
                stage.run();
            } catch (Throwable x) { // whoever waits must hear of it, whatever it is
                if (!tagger.isStopping()) { // else the step goes on after the restart
                    outcome.completeExceptionally(explain(x));
                }
            }
        });
    }

    private Throwable explain(Throwable problem) {
        if (problem instanceof DefenderException refused) {
            LOGGER.log(Level.FINE, refused, () -> run + " could not change a tag");
            return new AbortException(refused.getMessage());
        }
        return problem;
    }

    private void prepare() throws Exception {
        credential = AppRegistrations.find(run, request.credentialsId());
        registration = credential.toAppRegistration();
        names = request.machines();
        if (names.isEmpty()) {
            names = List.of(askAgent());
        }
        if (own != null && AgentVerifier.isNeeded(own, registration)) {
            host = AgentVerifier.hostOf(computer);
        }
        run(tagger.calls(), this::verify);
    }

    private MachineName askAgent() throws Exception {
        try {
            own = AgentMachine.of(run, computer, listener);
            return new MachineName(own.machine());
        } catch (AbortException noSensor) {
            if (!request.hostnameFallback() || computer == null) {
                throw noSensor;
            }
            if (DefenderConfiguration.get().getVerifyAgents() == VerifyAgents.REQUIRE) {
                // Defender's record of that name would match whatever name the agent tells.
                throw new AbortException(
                        noSensor.getMessage() + " Its host name cannot stand in, because agents must be"
                                + " verified (Manage Jenkins > System > Defender Tags).");
            }
            MachineName hostName = new MachineName(AgentHost.nameOf(computer));
            log(noSensor.getMessage());
            log("Looking the agent up by its host name " + hostName + " instead, as the step allows");
            return hostName;
        }
    }

    private void verify() throws Exception {
        if (host != null) {
            try {
                AgentVerifier.verify(own, host, registration, listener);
            } catch (DefenderException x) {
                if (x.kind() == DefenderException.Kind.NOT_FOUND && waitFor(names, this::verify)) {
                    return;
                }
                throw x;
            }
        }
        if (request.machines().isEmpty()) {
            agentsOwn.complete(names.get(0));
        }
        resolve();
    }

    private void resolve() throws Exception {
        status = "looking for " + (names.size() == 1 ? names.get(0).value() : names.size() + " machines");
        resolved = tagger.resolver()
                .resolve(registration, names, request.pickNewest())
                .machines();
        List<ResolvedMachine> unknown = resolved.stream()
                .filter(machine -> machine.problem() == ResolvedMachine.Problem.UNKNOWN)
                .toList();
        if (!unknown.isEmpty()
                && waitFor(unknown.stream().map(ResolvedMachine::name).toList(), this::resolve)) {
            return;
        }
        List<String> problems = resolved.stream()
                .filter(machine -> machine.problem() != null)
                .map(ResolvedMachine::explanation)
                .distinct()
                .toList();
        if (!problems.isEmpty() && request.onError() == OnError.FAIL) {
            if (problems.size() > PROBLEMS_SHOWN) {
                problems.forEach(this::log);
            }
            throw new AbortException(abridged(problems) + (names.size() > 1 ? " No machine was changed." : ""));
        }
        change();
    }

    private static String abridged(List<String> problems) {
        String shown = problems.stream().limit(PROBLEMS_SHOWN).collect(Collectors.joining(" "));
        int more = problems.size() - PROBLEMS_SHOWN;
        return more > 0 ? shown + " And " + more + " more, see above." : shown;
    }

    /** @return false if the time to wait is over */
    private boolean waitFor(List<MachineName> unknown, Stage again) {
        Instant now = Instant.now();
        if (!now.isBefore(request.waitUntil())) {
            return false;
        }
        String shown = unknown.stream().limit(3).map(MachineName::value).collect(Collectors.joining(", "))
                + (unknown.size() > 3 ? " and " + (unknown.size() - 3) + " more" : "");
        Duration rest = Duration.between(now, request.waitUntil());
        String remaining = Util.getTimeSpanString((rest.toSeconds() + 1) * 1000);
        status = "waiting up to " + remaining + " for Defender to know " + shown;
        if (!waitAnnounced) {
            waitAnnounced = true;
            log("Defender does not know " + shown + " yet: waiting up to " + remaining);
        }
        Duration next = pause.compareTo(rest) < 0 ? pause : rest;
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        var timer = Timer.get().schedule(() -> run(tagger.calls(), again), next.toMillis(), TimeUnit.MILLISECONDS);
        outcome.whenComplete((results, problem) -> timer.cancel(false));
        return true;
    }

    /** Submits what is not submitted yet, or has to be submitted again. */
    private void change() {
        status = "waiting for Microsoft Defender to change the tag "
                + OneLine.of(request.tag().value(), Tag.MAX_LENGTH);
        List<CompletableFuture<?>> results = new ArrayList<>();
        for (ResolvedMachine machine : resolved) {
            if (machine.id() != null && !changes.containsKey(machine.id())) {
                PendingChange pending = tagger.queue(registration)
                        .submit(registration, new TagChange(request.action(), request.tag(), machine.id()));
                changes.put(machine.id(), pending);
                results.add(pending.result());
                outcome.whenComplete((done, problem) -> pending.result().cancel(false));
            }
        }
        CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .whenComplete((done, problem) -> run(Computer.threadPoolForRemoting, this::finish));
    }

    private void finish() throws Exception {
        if (tagger.isStopping()) {
            return; // a call that ends because the controller stops tells nothing: the step goes on after it
        }
        List<MachineId> unknown = changes.entrySet().stream()
                .filter(change -> problemOf(change.getValue()) instanceof DefenderException refused
                        && refused.kind() == DefenderException.Kind.NOT_FOUND)
                .map(Map.Entry::getKey)
                .toList();
        List<MachineName> unknownNames =
                unknown.stream().map(id -> new MachineName(id.value())).toList();
        if (!unknown.isEmpty()
                && waitFor(unknownNames, () -> {
                    unknown.forEach(changes::remove);
                    change();
                })) {
            return;
        }
        record();
        conclude(resolved.stream().map(this::resultOf).toList());
    }

    private static Throwable problemOf(PendingChange change) {
        return change.result().handle((machine, problem) -> problem).join();
    }

    private TagResult resultOf(ResolvedMachine asked) {
        if (asked.id() == null) {
            return new TagResult(asked.name(), null, null, asked.explanation());
        }
        PendingChange change = changes.get(asked.id());
        Throwable problem = problemOf(change);
        return problem == null
                ? new TagResult(asked.name(), asked.id(), change.result().join(), null)
                : new TagResult(
                        asked.name(),
                        asked.id(),
                        null,
                        OneLine.of(explain(problem).getMessage(), 1000));
    }

    /** One record and one log line for each machine. */
    private void record() {
        long millis = (System.nanoTime() - start) / 1_000_000;
        String node = computer == null ? null : computer.getDisplayName();
        List<TagRecord> records = new ArrayList<>();
        Set<Object> recorded = new HashSet<>();
        for (ResolvedMachine asked : resolved) {
            if (!recorded.add(asked.id() == null ? asked.name() : asked.id())) {
                continue; // named twice, changed once
            }
            TagResult result = resultOf(asked);
            PendingChange change = asked.id() == null ? null : changes.get(asked.id());
            int calls = change == null ? 0 : change.calls();
            TagRecord record = new TagRecord(request, asked, node, credential, calls, millis);
            Machine machine = result.machine();
            String error = Util.fixNull(result.error());
            records.add(machine == null ? record.failed(error) : record.succeeded(machine));
            if (machine != null) {
                String tags = machine.tags().stream()
                        .map(tag -> OneLine.of(tag, Tag.MAX_LENGTH))
                        .collect(Collectors.joining(", "));
                log(request.action().describe(request.tag(), machine.toString()) + ": "
                        + (tags.isEmpty() ? "no tags" : tags));
            } else if (names.size() > 1 || request.onError() == OnError.CONTINUE) {
                log(asked.name() + ": " + error);
            }
        }
        DefenderTagsAction.record(run, records);
    }

    private void conclude(List<TagResult> results) {
        List<String> errors = results.stream()
                .map(TagResult::error)
                .filter(error -> error != null)
                .toList();
        if (errors.isEmpty() || request.onError() == OnError.CONTINUE) {
            outcome.complete(results);
        } else if (results.size() == 1) {
            outcome.completeExceptionally(new AbortException(errors.get(0)));
        } else {
            outcome.completeExceptionally(new AbortException(errors.size() + " of " + results.size()
                    + " machines could not be changed. The first: " + errors.get(0)));
        }
    }

    private void log(String line) {
        listener.getLogger().println("[defender] " + line);
    }
}
