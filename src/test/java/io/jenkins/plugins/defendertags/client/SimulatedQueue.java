package io.jenkins.plugins.defendertags.client;

import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A queue with a simulated Defender behind it, without limits and quicker to try again than the real one. */
final class SimulatedQueue implements AutoCloseable {

    final DefenderSimulator simulator = new DefenderSimulator();
    final AppRegistration registration = Simulated.registration(simulator);
    volatile Timeouts timeouts = Timeouts.DEFAULT;
    volatile QueueSettings settings =
            new QueueSettings(List.of(CallLimit.perMinute(1_000_000)), Duration.ofSeconds(50), Duration.ofMillis(10));

    private final TagQueues queues = new TagQueues(() -> timeouts, ProxyServer.Chooser.NONE, () -> settings);
    final TagQueue queue = queues.queue(registration);
    final MachineResolver resolver = queues.resolver(registration);

    void limit(CallLimit... limits) {
        settings = new QueueSettings(List.of(limits), settings.deadline(), settings.firstPause());
    }

    void deadline(Duration deadline) {
        settings = new QueueSettings(settings.limits(), deadline, settings.firstPause());
    }

    PendingChange submit(String action, String tag, String machine) {
        return queue.submit(registration, new TagChange(TagAction.parse(action), new Tag(tag), new MachineId(machine)));
    }

    /** The outcome, as a call that blocks would have it. */
    static <T> T await(CompletableFuture<T> outcome) throws DefenderException {
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
