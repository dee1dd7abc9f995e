package io.jenkins.plugins.defendertags.client.queue;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.defendertags.client.SimulatedQueue;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A queue before a simulated Defender that knows one machine, and what tests of it have in common. */
@Timeout(60)
abstract class QueueTests {

    @AutoClose
    final SimulatedQueue simulated = new SimulatedQueue();

    final DefenderSimulator simulator = simulated.simulator;

    @BeforeEach
    void addMachine() {
        simulator.addMachine(ID, "build-07.example.com");
    }

    static String id(int number) {
        return String.format("%040x", number);
    }

    List<String> history(int number) {
        return simulator.machines().get(id(number)).changes();
    }

    /** One change to each of many machines, which are added if they are not there. */
    List<PendingChange> submitToMany(String action, String tag, int count) {
        for (int i = 0; i < count; i++) {
            if (simulator.machines().get(id(i)) == null) {
                simulator.addMachine(id(i), "build-" + i);
            }
        }
        return IntStream.range(0, count)
                .mapToObj(i -> simulated.submit(action, tag, id(i)))
                .toList();
    }

    /** Submits while the limit leaves no room, so that everything waits together; then lets it go. */
    List<PendingChange> whileNothingIsSent(Supplier<List<PendingChange>> submit) throws Exception {
        simulated.limit(new RateLimit(1, Duration.ofHours(1)));
        PendingChange warm = submit("Add", "warm");
        if (simulator.tagCalls() == 0) {
            warm.result().get();
        }
        List<PendingChange> changes = submit.get();
        simulated.limit(RateLimit.perMinute(1_000_000));
        simulated.queue.getMachine(simulated.registration, new MachineId(ID)).get(); // to have it look again
        return changes;
    }

    static int succeeded(List<PendingChange> changes) {
        changes.forEach(change -> change.result().join());
        return changes.size();
    }

    PendingChange submit(String action, String tag) {
        return simulated.submit(action, tag, ID);
    }

    static DefenderException fails(PendingChange change) {
        ExecutionException x =
                assertThrows(ExecutionException.class, () -> change.result().get());
        return assertInstanceOf(DefenderException.class, x.getCause());
    }
}
