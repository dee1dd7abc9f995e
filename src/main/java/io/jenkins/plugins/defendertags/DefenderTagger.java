package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.AppRegistration;
import io.jenkins.plugins.defendertags.client.DefenderClient;
import io.jenkins.plugins.defendertags.client.MachineResolver;
import io.jenkins.plugins.defendertags.client.TagQueue;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Changes tags for builds: the one service behind the Pipeline step and the freestyle build step. It holds what all {@link
 * Tagging}s share: the client, its threads, and a queue for each app registration. Thread-safe; there is one for each
 * controller.
 */
@Extension
public final class DefenderTagger {

    /** Calls to Defender under way at once; at 100 calls a minute even one is seldom busy. */
    private static final int CALLS_AT_ONCE = 4;

    private final Map<AppRegistration.QueueKey, TagQueue> queues = new ConcurrentHashMap<>();
    private DefenderClient client;
    private ExecutorService calls;
    private volatile boolean stopping;

    @NonNull
    static DefenderTagger get() {
        return ExtensionList.lookupSingleton(DefenderTagger.class);
    }

    /**
     * Starts on a request and returns at once; no thread waits for the outcome.
     *
     * @param computer where the build runs at the moment, whose own machine is meant if the request names none; null
     *     outside of any agent
     */
    @NonNull
    Tagging tag(
            @NonNull TagRequest request,
            @NonNull Run<?, ?> run,
            @CheckForNull Computer computer,
            @NonNull TaskListener listener) {
        Tagging tagging = new Tagging(this, request, run, computer, listener);
        tagging.start();
        return tagging;
    }

    @NonNull
    TagQueue queue(@NonNull AppRegistration registration) {
        return queues.computeIfAbsent(registration.queueKey(), key -> new TagQueue(client(), calls()));
    }

    @NonNull
    MachineResolver resolver() {
        return new MachineResolver(client());
    }

    /** For the few calls that are no change. */
    @NonNull
    synchronized DefenderClient client() {
        if (client == null) {
            client = new DefenderClient(() -> DefenderConfiguration.get().timeouts(), JenkinsProxy::forHost);
        }
        return client;
    }

    /** Where calls to Defender are made, which block. */
    @NonNull
    synchronized ExecutorService calls() {
        if (calls == null) {
            calls = Executors.newFixedThreadPool(CALLS_AT_ONCE, task -> {
                Thread thread = new Thread(task, "Defender tag calls");
                thread.setDaemon(true);
                return thread;
            });
        }
        return calls;
    }

    /** Whether the controller is shutting down, so that a call that fails says nothing about Defender. */
    boolean isStopping() {
        return stopping;
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
