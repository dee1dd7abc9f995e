package io.jenkins.plugins.defendertags.service;

import hudson.AbortException;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.TokenCache;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.queue.QueueFigures;
import io.jenkins.plugins.defendertags.client.queue.TagQueue;
import io.jenkins.plugins.defendertags.client.queue.TagQueues;
import io.jenkins.plugins.defendertags.client.resolve.MachineResolver;
import io.jenkins.plugins.defendertags.client.resolve.ResolvedMachine;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.support.JenkinsProxy;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The way to Defender for the whole controller: owns the queues, their threads and the shutdown. Thread-safe; there is one for each controller.
 */
@Extension
public final class DefenderService {

    private TagQueues queues;
    private volatile boolean stopping;

    public static DefenderService get() {
        return ExtensionList.lookupSingleton(DefenderService.class);
    }

    public TagQueue queue(AppRegistration registration) {
        return queues().queue(registration);
    }

    public MachineResolver resolver(AppRegistration registration) {
        return new MachineResolver(queue(registration));
    }

    /** @return fails with an {@link AbortException} that says why, if the name means no machine or several */
    public static CompletableFuture<MachineId> idOf(CompletableFuture<ResolvedMachine> asked) {
        return asked.thenCompose(found -> found.id() == null
                ? CompletableFuture.failedFuture(Troubleshooting.abort(found.problem()))
                : CompletableFuture.completedFuture(found.id()));
    }

    /** What the queues are doing, one for each app registration that was used since the controller started. */
    public List<QueueFigures> figures() {
        return queues().figures();
    }

    /** What is known of sign-ins since the controller started. */
    public TokenCache signIns() {
        return queues().client().tokens();
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

    /** Whether the controller is shutting down, so that a call that fails says nothing about Defender. */
    public boolean isStopping() {
        return stopping;
    }

    /** Closes connections and ends threads when the controller stops. */
    @Terminator
    public static void stop() throws IOException {
        DefenderService tagger = get();
        tagger.stopping = true;
        synchronized (tagger) {
            if (tagger.queues != null) {
                tagger.queues.close();
            }
        }
    }
}
