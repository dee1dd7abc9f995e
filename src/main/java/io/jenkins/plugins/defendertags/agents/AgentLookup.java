package io.jenkins.plugins.defendertags.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.MachineView;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.util.Timer;

/**
 * What the agent and Defender answered when somebody looked, for the agent's page. In memory only; there is at most one for
 * each agent, and none of an earlier connection. Holds no thread, and gives up after the request timeout of the global
 * configuration. Thread-safe.
 */
final class AgentLookup {

    private static final Logger LOGGER = Logger.getLogger(AgentLookup.class.getName());

    private static final Map<Computer, AgentLookup> LATEST = new WeakHashMap<>();

    private final String agent;
    private final Instant time = Instant.now();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile AgentMachine own;
    private volatile MachineView machine;
    private volatile Problem problem;

    private AgentLookup(String agent) {
        this.agent = agent;
    }

    /** The one that is under way, or else a new one. */
    static AgentLookup start(Computer computer, @CheckForNull String credentialsId) {
        AgentLookup lookup;
        synchronized (LATEST) {
            AgentLookup latest = LATEST.get(computer);
            if (latest != null && !latest.isDone()) {
                return latest;
            }
            lookup = new AgentLookup(computer.getDisplayName());
            LATEST.put(computer, lookup);
        }
        lookup.run(computer, credentialsId);
        return lookup;
    }

    /** The latest since the agent was connected, or null if nobody looked. */
    @CheckForNull
    static AgentLookup latest(Computer computer) {
        synchronized (LATEST) {
            return LATEST.get(computer);
        }
    }

    /** The agent may be another machine when it connects again. */
    static void forget(Computer computer) {
        synchronized (LATEST) {
            LATEST.remove(computer);
        }
    }

    private void run(Computer computer, @CheckForNull String credentialsId) {
        Duration limit = DefenderConfiguration.get().timeouts().request();
        CompletableFuture<Void> all = AgentMachine.now(computer).thenCompose(found -> {
            own = found;
            return end.isDone() ? end : read(found, credentialsId);
        });
        all.whenComplete((done, failure) -> finish(failure));
        var timer = Timer.get()
                .schedule(
                        () -> conclude(new Problem(
                                "There was no complete answer within " + limit.toSeconds()
                                        + " s. Check the agent and the connection to Defender, or look again.",
                                null)),
                        limit.toMillis(),
                        TimeUnit.MILLISECONDS);
        end.whenComplete((done, failure) -> timer.cancel(false));
    }

    private CompletableFuture<Void> read(AgentMachine found, @CheckForNull String credentialsId) {
        AppRegistration registration;
        try {
            registration = AgentTagOperation.findCredential(credentialsId).toAppRegistration();
        } catch (AbortException x) {
            return CompletableFuture.failedFuture(x);
        }
        DefenderService service = DefenderService.get();
        return DefenderService.idOf(service.resolver(registration).resolve(registration, found.machine()))
                .thenCompose(id -> read(registration, id));
    }

    private CompletableFuture<Void> read(AppRegistration registration, MachineId id) {
        CompletableFuture<Machine> answer =
                DefenderService.get().queue(registration).getMachine(registration, id);
        end.whenComplete(
                (done, failure) -> answer.cancel(false)); // takes a call that nobody waits for out of the queue
        return answer.thenAccept(
                known -> machine = MachineView.of(known, registration.cloud().portalPage(id)));
    }

    private void finish(@CheckForNull Throwable failure) {
        Throwable cause = failure == null ? null : DefenderException.unwrap(failure);
        if (cause == null || end.isDone()) {
            conclude(null);
        } else if (cause instanceof AbortException || cause instanceof DefenderException) {
            conclude(Troubleshooting.problem(cause));
        } else {
            LOGGER.log(Level.WARNING, cause, () -> "Could not look at the Defender machine of the agent " + agent);
            conclude(new Problem("The lookup failed unexpectedly. The system log says why.", null));
        }
    }

    private synchronized void conclude(@CheckForNull Problem why) {
        if (!end.isDone()) {
            problem = why;
            end.complete(null);
        }
    }

    /** Waits for the end, but not for long. */
    void await(Duration limit) throws InterruptedException {
        try {
            end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException x) {
            LOGGER.log(Level.FINE, x, () -> "No complete answer for the agent " + agent + " yet");
        }
    }

    boolean isDone() {
        return end.isDone();
    }

    Instant time() {
        return time;
    }

    /** Which machine the agent is; null if that is not known. */
    @CheckForNull
    AgentMachine own() {
        return own;
    }

    /** Null if Defender did not answer. */
    @CheckForNull
    MachineView machine() {
        return machine;
    }

    /** Why something is not known, or null. */
    @CheckForNull
    Problem problem() {
        return problem;
    }
}
