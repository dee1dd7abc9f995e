package io.jenkins.plugins.defendertags.client;

import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.RateLimit;
import io.jenkins.plugins.defendertags.client.queue.TagQueue;
import io.jenkins.plugins.defendertags.client.queue.TagQueues;
import io.jenkins.plugins.defendertags.client.resolve.MachineResolver;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A queue with a simulated Defender behind it, without limits and quicker to try again than the real one. */
public final class SimulatedQueue implements AutoCloseable {

    public final DefenderSimulator simulator = new DefenderSimulator();
    public final AppRegistration registration = Simulated.registration(simulator);
    public volatile Timeouts timeouts = Timeouts.DEFAULT;
    volatile QueueSettings settings =
            new QueueSettings(List.of(RateLimit.perMinute(1_000_000)), Duration.ofSeconds(50), Duration.ofMillis(10));

    private final TagQueues queues = new TagQueues(() -> timeouts, ProxyServer.Chooser.NONE, () -> settings);
    public final DefenderClient client = queues.client();
    public final TagQueue queue = queues.queue(registration);
    public final MachineResolver resolver = new MachineResolver(queue);

    public void limit(RateLimit... limits) {
        settings = new QueueSettings(List.of(limits), settings.deadline(), settings.firstPause());
    }

    public void deadline(Duration deadline) {
        settings = new QueueSettings(settings.limits(), deadline, settings.firstPause());
    }

    public PendingChange submit(String action, String tag, String machine) {
        return queue.submit(registration, new TagChange(TagAction.parse(action), new Tag(tag), new MachineId(machine)));
    }

    /** The outcome, as a call that blocks would have it. */
    public static <T> T await(CompletableFuture<T> outcome) throws DefenderException {
        try {
            return outcome.join();
        } catch (CompletionException x) {
            if (x.getCause() instanceof DefenderException problem) {
                throw problem;
            }
            throw x;
        }
    }

    @Override
    public void close() {
        try {
            queues.close();
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
        simulator.close();
    }
}
