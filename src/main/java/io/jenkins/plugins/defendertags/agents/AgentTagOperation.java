package io.jenkins.plugins.defendertags.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.slaves.SlaveComputer;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.Backoff;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.config.AgentTagRule;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.leases.LeaseCredential;
import io.jenkins.plugins.defendertags.leases.LeaseCredentials;
import io.jenkins.plugins.defendertags.leases.LeaseHolder;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import io.jenkins.plugins.defendertags.machine.AgentVerifier;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.BuildLog;
import io.jenkins.plugins.defendertags.support.DocumentedAbortException;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import io.jenkins.plugins.defendertags.tagging.AuditedPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.util.SystemProperties;
import jenkins.util.Timer;

/**
 * Adds tags to the machine of one connected agent, with one credential: tries until all are there, ever less often, because a
 * new machine takes Defender some time to know, and a sensor some time to start. Holds no thread. Once it is stopped, it
 * changes nothing any more: the agent may be another machine by then.
 */
final class AgentTagOperation {

    private static final Logger LOGGER = Logger.getLogger(AgentTagOperation.class.getName());

    /** The longest time before the second try, in milliseconds, doubled each time. Tests set less. */
    private static final String FIRST_PAUSE = AgentTagOperation.class.getName() + ".firstPause";

    private static final Duration LONGEST_PAUSE = Duration.ofHours(4);

    private final Computer computer;
    private final WantedTags wanted;
    private final String credentialsId;
    private final LeaseHolder holder;
    private boolean stopped;
    private int failures;
    private ScheduledFuture<?> next;
    private volatile MachineId machine;
    private volatile Problem problem;
    private volatile boolean done;

    /** @param credentialsId null for the default credential */
    AgentTagOperation(Computer computer, WantedTags wanted, @CheckForNull String credentialsId) {
        this.computer = computer;
        this.wanted = wanted;
        this.credentialsId = credentialsId;
        holder = new LeaseHolder.Agent(computer.getName());
    }

    /** Whether all tags are there. */
    boolean isDone() {
        return done;
    }

    /** Why the last try failed; null if none has. */
    @CheckForNull
    Problem problem() {
        return problem;
    }

    /** The agent's machine; null if it is not known yet. */
    @CheckForNull
    MachineId machine() {
        return machine;
    }

    /** Whether this adds the tag, and as far as is known to another machine. */
    boolean isForOtherMachine(MachineId held, Tag tag) {
        MachineId known = machine;
        return known != null
                && !known.equals(held)
                && wanted.with(credentialsId).contains(tag.value());
    }

    /** Returns at once. */
    void start() {
        LeaseService.get().enter(holder);
        Computer.threadPoolForRemoting.execute(this::tryNow);
    }

    /** The agent is gone, or other operations take this one's place. */
    synchronized void stop() {
        stopped = true;
        if (next != null) {
            next.cancel(false);
        }
    }

    private synchronized boolean isStopped() {
        return stopped || DefenderService.get().isStopping();
    }

    private void tryNow() {
        if (isStopped()) {
            return;
        }
        try {
            tag().whenComplete((all, failure) -> ended(failure));
        } catch (Exception | LinkageError x) { // whatever it is must not be the last try
            ended(x);
        }
    }

    private void ended(@CheckForNull Throwable failure) {
        if (failure == null) {
            problem = null;
            done = true;
            return;
        }
        Throwable cause = DefenderException.unwrap(failure);
        LOGGER.log(Level.FINE, cause, () -> "Could not tag the agent " + computer.getDisplayName());
        synchronized (this) {
            if (isStopped()) {
                return;
            }
            Duration pause = new Backoff(
                            Duration.ofMillis(SystemProperties.getLong(FIRST_PAUSE, 30_000L)), LONGEST_PAUSE)
                    .delay(++failures);
            Problem told = Troubleshooting.problem(cause);
            if (!told.equals(problem)) { // else it has been logged
                problem = told;
                log("This agent does not have its Defender tags yet. " + told.message()
                        + " Jenkins tries again at growing intervals.");
                Troubleshooting.tell(Stream.of(told), this::log);
            }
            next = Timer.get()
                    .schedule(
                            () -> Computer.threadPoolForRemoting.execute(this::tryNow),
                            pause.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    /** Nothing is removed or added before it is known, and verified as far as that is wanted, which machine the agent is. */
    private CompletableFuture<Void> tag() throws AbortException {
        EntraAppRegistration credential = findCredential(credentialsId);
        AgentTagRule.validateTags(wanted.with(credentialsId)); // a file can hold what forms refuse
        List<Tag> tags = wanted.with(credentialsId).stream().map(Tag::new).toList();
        for (Tag tag : tags) {
            AuditedPolicy.check(computer, tag, credential.getId());
        }
        AppRegistration registration = credential.toAppRegistration();
        LeaseCredential with = LeaseCredentials.describe(credential);
        return AgentMachine.now(computer)
                .thenCompose(unlessStopped(own -> AgentVerifier.verify(own, computer, registration, this::log)
                        .thenApply(verified -> own)))
                .thenCompose(unlessStopped(own -> DefenderService.idOf(
                        DefenderService.get().resolver(registration).resolve(registration, own.machine()))))
                .thenCompose(unlessStopped(id -> removeOthers(id).thenApply(removed -> id)))
                .thenCompose(unlessStopped(id -> CompletableFuture.allOf(tags.stream()
                        .map(tag -> add(id, tag, with, registration))
                        .toArray(CompletableFuture[]::new))));
    }

    /**
     * @param id null for the default credential
     * @throws AbortException if there is none, with a message that says what to do
     */
    static EntraAppRegistration findCredential(@CheckForNull String id) throws AbortException {
        return id == null ? AppRegistrations.findDefault() : AppRegistrations.findForJenkins(id);
    }

    private <T, R> Function<T, CompletionStage<R>> unlessStopped(Function<T, CompletableFuture<R>> next) {
        return value ->
                isStopped() ? CompletableFuture.failedFuture(new CancellationException("stopped")) : next.apply(value);
    }

    /** The agent may have been another machine before, or have had other tags. What other operations add is theirs. */
    private CompletableFuture<Void> removeOthers(MachineId id) {
        machine = id;
        List<String> mine = wanted.with(credentialsId);
        return LeaseService.get()
                .release(
                        holder.id(),
                        lease -> !isWanted(lease.machine(), lease.tag().value(), id, mine),
                        this::log);
    }

    private boolean isWanted(MachineId held, String tag, MachineId id, List<String> mine) {
        return mine.contains(tag) ? held.equals(id) : wanted.contains(tag);
    }

    private CompletableFuture<Void> add(MachineId id, Tag tag, LeaseCredential with, AppRegistration registration) {
        return LeaseService.get()
                .acquire(holder, tag, List.of(id), with, machine -> look(machine, registration))
                .thenCompose(tagged -> {
                    if (!tagged.isEmpty()) {
                        log(tagged.get(id) + " has \"" + shown(tag) + "\" already and keeps it");
                        return CompletableFuture.completedFuture(null);
                    }
                    if (isStopped()) {
                        return giveBack(id, tag);
                    }
                    PendingChange pending = DefenderService.get()
                            .queue(registration)
                            .submit(registration, new TagChange(TagAction.ADD, tag, id));
                    return pending.result()
                            .handle((answer, failure) ->
                                    new AgentTagReport(holder, id, tag, with).report(answer, failure, pending.effect()))
                            .thenAccept(this::log);
                });
    }

    /** The operation that took this one's place may have looked for leases of other machines before this one was there. */
    private CompletableFuture<Void> giveBack(MachineId id, Tag tag) {
        CompletableFuture<Void> removed = AgentTags.get().isForOtherMachine(computer, id, tag)
                ? LeaseService.get()
                        .release(
                                holder.id(),
                                lease -> lease.machine().equals(id)
                                        && lease.tag().equals(tag),
                                this::log)
                : CompletableFuture.completedFuture(null);
        return removed.thenCompose(done -> CompletableFuture.failedFuture(new CancellationException("stopped")));
    }

    /** Unlike a block, an agent has time: nothing is noted or sent before Defender knows the machine. */
    private CompletableFuture<Machine> look(MachineId id, AppRegistration registration) {
        return DefenderService.get()
                .queue(registration)
                .getMachine(registration, id)
                .handle((machine, failure) -> {
                    if (isStopped()) {
                        throw new CancellationException("stopped");
                    }
                    if (failure != null) {
                        throw new CompletionException(
                                DefenderException.isUnknownMachine(failure)
                                        ? new DocumentedAbortException(
                                                ErrorCode.UNKNOWN_MACHINE,
                                                "Defender does not know the machine " + id.value()
                                                        + " yet. A new machine takes 5 to 30 minutes to appear.")
                                        : DefenderException.unwrap(failure));
                    }
                    return machine;
                });
    }

    private static String shown(Tag tag) {
        return SingleLine.of(tag.value(), Tag.MAX_LENGTH);
    }

    /** To the agent's own log. The built-in node has none, and neither has an agent that is gone. */
    private void log(String line) {
        if (computer instanceof SlaveComputer agent) {
            BuildLog.write(agent.getListener(), line);
        } else {
            logForJenkins(computer.getDisplayName() + ": " + line);
        }
    }

    static void logForJenkins(String line) {
        LOGGER.info(() -> SingleLine.of(line, 2000));
    }
}
