package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * A queue before a simulated Defender, whose clock the test moves. Calls are made by the thread that submits or moves the
 * clock, so that every test takes the same course on any machine.
 */
@Timeout(60)
abstract class SteppedQueueTests {

    static final Duration SECOND = Duration.ofSeconds(1);

    final DefenderSimulator simulator = new DefenderSimulator();
    final AppRegistration registration = Simulated.registration(simulator);
    final SteppedTimer timer = new SteppedTimer();
    QueueSettings settings = QueueSettings.DEFAULT;
    private final ScheduledExecutorService timeouts = Executors.newSingleThreadScheduledExecutor();
    private final DefenderClient client =
            new DefenderClient(() -> Timeouts.DEFAULT, ProxyServer.Chooser.NONE, timeouts);
    /** Makes the calls. */
    Executor executor = Runnable::run;

    final TagQueue queue = new TagQueue(client, call -> executor.execute(call), timer, () -> settings);

    @AfterEach
    void stop() throws Exception {
        client.close();
        timeouts.shutdownNow();
        simulator.close();
    }

    static String id(int number) {
        return String.format("%040x", number);
    }

    void addMachines(int count) {
        IntStream.range(0, count).forEach(i -> simulator.addMachine(id(i), "build-" + i + ".example.com"));
    }

    static TagChange change(TagAction action, String tag, int machine) {
        return new TagChange(action, new Tag(tag), new MachineId(id(machine)));
    }

    PendingChange add(String tag, int machine) {
        return queue.submit(registration, change(TagAction.ADD, tag, machine));
    }

    /** One change for each machine, submitted together. */
    List<PendingChange> addToMany(String tag, int from, int to) {
        return queue.submit(
                registration,
                IntStream.range(from, to)
                        .mapToObj(i -> change(TagAction.ADD, tag, i))
                        .toList());
    }

    CompletableFuture<Machine> read(int machine) {
        return queue.getMachine(registration, new MachineId(id(machine)));
    }

    /** Requests to Defender since the last time. */
    List<String> newCalls() {
        List<String> all = simulator.requests().stream()
                .filter(request -> request.contains(" /api/"))
                .toList();
        List<String> since = new ArrayList<>(all.subList(seen, all.size()));
        seen = all.size();
        return since;
    }

    private int seen;

    static long done(List<PendingChange> changes) {
        return changes.stream()
                .filter(change -> change.result().isDone() && !change.result().isCompletedExceptionally())
                .count();
    }
}
