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
import io.jenkins.plugins.defendertags.client.GatheredCalls;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.client.MachineResolver;
import io.jenkins.plugins.defendertags.client.QueueSettings;
import io.jenkins.plugins.defendertags.client.ResolvedMachine;
import io.jenkins.plugins.defendertags.client.TagQueue;
import io.jenkins.plugins.defendertags.client.TagQueues;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import jenkins.util.SystemProperties;
import jenkins.util.Timer;

/**
 * Changes tags for builds: the one service behind the Pipeline step and the freestyle build step. All {@link Tagging}s
 * share its queues. Thread-safe; there is one for each controller.
 */
@Extension
public final class DefenderTagger {

    /** How long to wait before a call that failed is repeated for the first time, in milliseconds; tests are less patient. */
    private static final String FIRST_PAUSE = DefenderTagger.class.getName() + ".firstPause";

    /** How long agents that connect or go wait for the next one to share a call with, in milliseconds. */
    private static final String MOMENT = DefenderTagger.class.getName() + ".moment";

    private TagQueues queues;
    private final GatheredCalls gathered = new GatheredCalls(
            this::queue, this::resolver, Timer.get(), () -> Duration.ofMillis(SystemProperties.getLong(MOMENT, 1000L)));
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
        return tag(request, run, computer, listener, TagGate.OPEN);
    }

    /** The same, but a gate is asked before the change is sent. */
    @NonNull
    Tagging tag(
            @NonNull TagRequest request,
            @NonNull Run<?, ?> run,
            @CheckForNull Computer computer,
            @NonNull TaskListener listener,
            @NonNull TagGate gate) {
        Tagging tagging = new Tagging(this, request, run, computer, listener, gate);
        tagging.start();
        return tagging;
    }

    @NonNull
    TagQueue queue(@NonNull AppRegistration registration) {
        return queues().queue(registration);
    }

    @NonNull
    MachineResolver resolver(@NonNull AppRegistration registration) {
        return queues().resolver(registration);
    }

    /** @return fails with an {@link AbortException} that says why, if the name means no machine or several */
    @NonNull
    static CompletableFuture<MachineId> idOf(@NonNull CompletableFuture<ResolvedMachine> asked) {
        return asked.thenCompose(found -> found.id() == null
                ? CompletableFuture.failedFuture(Troubleshooting.abort(found.problem()))
                : CompletableFuture.completedFuture(found.id()));
    }

    /** For those who are in no hurry. */
    @NonNull
    GatheredCalls gathered() {
        return gathered;
    }

    private synchronized TagQueues queues() {
        if (queues == null) {
            queues = new TagQueues(
                    () -> DefenderConfiguration.get().timeouts(),
                    JenkinsProxy::forHost,
                    () -> DefenderConfiguration.get().queueSettings());
        }
        return queues;
    }

    @NonNull
    static Duration firstPause() {
        return Duration.ofMillis(SystemProperties.getLong(
                FIRST_PAUSE, QueueSettings.DEFAULT.firstPause().toMillis()));
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
            if (tagger.queues != null) {
                tagger.queues.close();
            }
        }
    }
}
