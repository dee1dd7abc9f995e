package io.jenkins.plugins.defendertags.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.slaves.SlaveComputer;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.config.PolicyRequest;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.leases.LeaseCredential;
import io.jenkins.plugins.defendertags.leases.LeaseCredentials;
import io.jenkins.plugins.defendertags.leases.LeaseHolder;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.machine.AgentHost;
import io.jenkins.plugins.defendertags.machine.AgentIdentityVerifier;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.BuildLog;
import io.jenkins.plugins.defendertags.support.DocumentedAbortException;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.util.SystemProperties;
import jenkins.util.Timer;

/**
 * One agent gets its tags while it is connected: tries until all are there, ever less often, because a new machine takes
 * Defender some time to know, and a sensor some time to start. Holds a thread only while the agent is asked.
 */
final class AgentTagOperation {

    private static final Logger LOGGER = Logger.getLogger(AgentTagOperation.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How long to wait before the second try, in milliseconds, doubled each time; tests are less patient. */
    private static final String FIRST_PAUSE = AgentTagOperation.class.getName() + ".firstPause";

    private static final int DOUBLINGS = 9;
    private static final Duration LONGEST_PAUSE = Duration.ofHours(6);

    private final Computer computer;
    private final AgentTagsProperty property;
    private final AgentTagsProperty.Wish wish;
    private final LeaseHolder holder;
    private boolean stopped;
    private int failures;
    private ScheduledFuture<?> next;
    private volatile Problem problem;
    private volatile boolean done;

    AgentTagOperation(Computer computer, Node node, AgentTagsProperty property) {
        this.computer = computer;
        this.property = property;
        wish = AgentTagsProperty.Wish.of(node);
        holder = new LeaseHolder.Agent(node.getNodeName());
    }

    AgentTagsProperty.Wish wish() {
        return wish;
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

    /** Returns at once. */
    void start() {
        LeaseService.get().enter(holder);
        Computer.threadPoolForRemoting.execute(this::tryNow);
    }

    /** The agent is gone, or another tagging takes this one's place. */
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
            Duration first = Duration.ofMillis(SystemProperties.getLong(FIRST_PAUSE, 30_000L));
            Duration doubled = first.multipliedBy(1L << Math.min(failures++, DOUBLINGS));
            Duration pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
            Problem told = Troubleshooting.problem(cause);
            if (!told.equals(problem)) { // else it has been logged
                problem = told;
                log("This agent does not have its Defender tags yet. " + told.message()
                        + " Jenkins tries again, ever less often.");
                Troubleshooting.tell(Stream.of(told), this::log);
            }
            next = Timer.get()
                    .schedule(
                            () -> Computer.threadPoolForRemoting.execute(this::tryNow),
                            pause.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private CompletableFuture<Void> tag() throws AbortException, InterruptedException {
        EntraAppRegistration credential = property.findCredential();
        List<Tag> tags = property.getTags().stream().map(Tag::new).toList();
        for (Tag tag : tags) {
            DefenderConfiguration.get()
                    .getPolicy()
                    .check(new PolicyRequest(null, tag, TagAction.ADD, false, credential.getId()));
        }
        AppRegistration registration = credential.toAppRegistration();
        AgentMachine own = AgentMachine.now(computer, PATIENCE);
        AgentHost host =
                AgentIdentityVerifier.isNeeded(own, registration) ? AgentIdentityVerifier.hostOf(computer) : null;
        LeaseCredential with = LeaseCredentials.describe(credential);
        // An administrator may have set a name.
        MachineName name = new MachineName(own.machine());
        return DefenderService.idOf(DefenderService.get().gathered().resolve(registration, name))
                .thenCompose(id -> retain(id, tags)
                        .thenCompose(others -> CompletableFuture.allOf(tags.stream()
                                .map(tag -> add(id, tag, with, registration, host))
                                .toArray(CompletableFuture[]::new))));
    }

    /** The agent may have been another machine before, or have had other tags. */
    private CompletableFuture<Void> retain(MachineId id, List<Tag> tags) {
        return isStopped()
                ? CompletableFuture.failedFuture(new CancellationException())
                : LeaseService.get()
                        .release(
                                holder.id(),
                                lease -> !lease.machine().equals(id) || !tags.contains(lease.tag()),
                                this::log);
    }

    private CompletableFuture<Void> add(
            MachineId id, Tag tag, LeaseCredential with, AppRegistration registration, @CheckForNull AgentHost host) {
        return LeaseService.get()
                .acquire(holder, tag, List.of(id), with, machine -> look(machine, registration, host))
                .thenCompose(tagged -> {
                    if (!tagged.isEmpty()) {
                        log(tagged.get(id) + " has \"" + shown(tag) + "\" already and keeps it");
                        return CompletableFuture.completedFuture(null);
                    }
                    return DefenderService.get()
                            .gathered()
                            .submit(registration, new TagChange(TagAction.ADD, tag, id))
                            .thenAccept(machine -> log(TagAction.ADD.describe(tag, machine.toString())));
                });
    }

    /** Unlike a block, an agent has time: nothing is noted or sent before Defender knows the machine. */
    private CompletableFuture<Machine> look(MachineId id, AppRegistration registration, @CheckForNull AgentHost host) {
        return DefenderService.get().gathered().machine(registration, id).thenApply(found -> {
            Machine machine = found.orElseThrow(() -> new CompletionException(new DocumentedAbortException(
                    ErrorCode.UNKNOWN_MACHINE,
                    "Defender does not know the machine " + id.value()
                            + ", or not yet: a new one takes it up to 30 minutes.")));
            if (host != null) {
                AgentIdentityVerifier.compare(computer.getDisplayName(), machine, host, this::log);
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
