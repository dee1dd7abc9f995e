package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.AppRegistration;
import io.jenkins.plugins.defendertags.client.DefenderClient;
import io.jenkins.plugins.defendertags.client.DefenderException;
import io.jenkins.plugins.defendertags.client.Machine;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.client.OneLine;
import io.jenkins.plugins.defendertags.client.PendingChange;
import io.jenkins.plugins.defendertags.client.Tag;
import io.jenkins.plugins.defendertags.client.TagChange;
import io.jenkins.plugins.defendertags.client.TagQueue;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.machine.AgentHost;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * Changes tags for builds: the one service behind the Pipeline step and the freestyle build step. It finds credential and
 * machine, hands the change to the queue of the app registration, and writes what came of it to the build's log and to its
 * {@link DefenderTagsAction}. Thread-safe; there is one for each controller.
 */
@Extension
public final class DefenderTagger {

    private static final Logger LOGGER = Logger.getLogger(DefenderTagger.class.getName());

    /** Calls to Defender under way at once; at 100 calls a minute even one is seldom busy. */
    private static final int CALLS_AT_ONCE = 4;

    private final Map<AppRegistration.QueueKey, TagQueue> queues = new ConcurrentHashMap<>();
    private DefenderClient client;
    private ExecutorService calls;
    private volatile boolean stopping;

    static DefenderTagger get() {
        return ExtensionList.lookupSingleton(DefenderTagger.class);
    }

    /**
     * Makes one change. Returns at once; no thread waits for the outcome.
     *
     * @param computer where the build runs at the moment, whose own machine is meant if the request names none; null
     *     outside of any agent
     * @return the machine after the change, or an {@link AbortException} whose message is one line that says what to do.
     *     Cancelling it gives the change up.
     */
    @NonNull
    CompletableFuture<Machine> tag(
            @NonNull TagRequest request,
            @NonNull Run<?, ?> run,
            @CheckForNull Computer computer,
            @NonNull TaskListener listener) {
        CompletableFuture<Machine> outcome = new CompletableFuture<>();
        // Credential providers and agents may be slow: not a job for the caller's thread, which can be Pipeline's own.
        Computer.threadPoolForRemoting.execute(() -> {
            try {
                EntraAppRegistration credential = AppRegistrations.find(run, request.credentialsId());
                MachineId named = request.machine();
                AgentMachine own = named == null ? AgentMachine.of(run, computer, listener) : null;
                MachineId machine = own == null ? named : machineId(own);
                Change change = new Change(request, machine, credential, run, computer, listener);
                if (own == null || !AgentVerifier.isNeeded(own, credential.toAppRegistration())) {
                    submit(change, outcome);
                } else {
                    AgentHost host = AgentVerifier.hostOf(computer);
                    calls().execute(() -> verifyAndSubmit(own, host, change, outcome));
                }
            } catch (IOException | InterruptedException | RuntimeException x) {
                fail(outcome, x);
            }
        });
        return outcome;
    }

    private void verifyAndSubmit(AgentMachine own, AgentHost host, Change change, CompletableFuture<Machine> outcome) {
        try {
            if (!outcome.isDone()) {
                AppRegistration registration = change.credential().toAppRegistration();
                AgentVerifier.verify(own, host, registration, change.listener());
                submit(change, outcome);
            }
        } catch (IOException | RuntimeException x) {
            fail(outcome, x);
        }
    }

    /** What fails because the controller stops tells nothing: the step goes on after it. */
    private void fail(CompletableFuture<Machine> outcome, Exception problem) {
        if (!stopping) {
            outcome.completeExceptionally(problem);
        }
    }

    private static MachineId machineId(AgentMachine own) throws AbortException {
        try {
            return new MachineId(own.machine());
        } catch (IllegalArgumentException x) {
            throw new AbortException(x.getMessage());
        }
    }

    /**
     * What Defender knows of a machine. Blocks for at most the request timeout, a few times that if a token has to be fetched
     * or renewed.
     *
     * @throws DefenderException if Defender does not know it, or could not be asked
     */
    @NonNull
    Machine machine(@NonNull AppRegistration registration, @NonNull MachineId machine) throws DefenderException {
        try {
            return client().machine(registration, machine);
        } catch (DefenderException refused) {
            if (refused.kind() != DefenderException.Kind.UNAUTHORIZED) {
                throw refused;
            }
            return client().machine(registration, machine); // with a new token
        }
    }

    private record Change(
            TagRequest request,
            MachineId machine,
            EntraAppRegistration credential,
            Run<?, ?> run,
            Computer computer,
            TaskListener listener) {}

    private void submit(Change change, CompletableFuture<Machine> outcome) throws AbortException {
        if (outcome.isDone()) {
            return;
        }
        AppRegistration registration = change.credential().toAppRegistration();
        long start = System.nanoTime();
        PendingChange pending = queue(registration)
                .submit(
                        registration,
                        new TagChange(
                                change.request().action(), change.request().tag(), change.machine()));
        outcome.whenComplete((machine, problem) -> pending.result().cancel(false));
        pending.result()
                .whenCompleteAsync(
                        (machine, problem) -> {
                            // A call that ends because the controller stops tells nothing: the step goes on after it.
                            if (outcome.isCancelled() || stopping) {
                                return;
                            }
                            long millis = (System.nanoTime() - start) / 1_000_000;
                            try {
                                finish(change, pending.calls(), millis, machine, problem, outcome);
                            } catch (RuntimeException x) {
                                outcome.completeExceptionally(x);
                            }
                        },
                        Computer.threadPoolForRemoting);
    }

    private static void finish(
            Change change,
            int calls,
            long millis,
            @CheckForNull Machine machine,
            @CheckForNull Throwable problem,
            CompletableFuture<Machine> outcome) {
        Throwable error = problem instanceof CompletionException wrapped ? wrapped.getCause() : problem;
        if (error instanceof DefenderException refused) {
            LOGGER.log(Level.FINE, refused, () -> change.run() + " could not change a tag");
            error = new AbortException(refused.getMessage());
        }
        TagRequest request = change.request();
        TagRecord record = new TagRecord(
                request.action(),
                request.tag(),
                change.machine(),
                change.computer() == null ? null : change.computer().getDisplayName(),
                change.credential(),
                calls,
                millis);
        DefenderTagsAction.record(change.run(), error == null ? record.succeeded(machine) : record.failed(error));
        if (error != null) {
            outcome.completeExceptionally(error);
            return;
        }
        String tags = machine.tags().stream()
                .map(tag -> OneLine.of(tag, Tag.MAX_LENGTH))
                .collect(Collectors.joining(", "));
        change.listener()
                .getLogger()
                .println("[defender] " + request.action().describe(request.tag(), machine.toString()) + ": "
                        + (tags.isEmpty() ? "no tags" : tags));
        outcome.complete(machine);
    }

    private TagQueue queue(AppRegistration registration) {
        return queues.computeIfAbsent(registration.queueKey(), key -> new TagQueue(client(), calls()));
    }

    private synchronized DefenderClient client() {
        if (client == null) {
            client = new DefenderClient(() -> DefenderConfiguration.get().timeouts(), JenkinsProxy::forHost);
        }
        return client;
    }

    private synchronized ExecutorService calls() {
        if (calls == null) {
            calls = Executors.newFixedThreadPool(CALLS_AT_ONCE, task -> {
                Thread thread = new Thread(task, "Defender tag calls");
                thread.setDaemon(true);
                return thread;
            });
        }
        return calls;
    }

    /** Closes connections and ends threads when the controller stops. */
    @Terminator
    public static void stop() throws IOException {
        DefenderTagger tagger = get();
        tagger.stopping = true;
        synchronized (tagger) {
            if (tagger.calls != null) {
                tagger.calls.shutdownNow();
            }
            if (tagger.client != null) {
                tagger.client.close();
            }
        }
    }
}
