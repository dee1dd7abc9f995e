package io.jenkins.plugins.defendertags.client.api;

import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static io.jenkins.plugins.defendertags.client.Simulated.registration;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.TagQueues;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A client of a simulated Defender with one machine. */
@Timeout(60)
abstract class ClientTests {

    @AutoClose
    final DefenderSimulator simulator = new DefenderSimulator();

    @AutoClose
    private final TagQueues queues =
            new TagQueues(() -> Timeouts.DEFAULT, ProxyServer.Chooser.NONE, () -> QueueSettings.DEFAULT);

    final DefenderClient client = queues.client();

    @BeforeEach
    void addMachine() {
        simulator.addMachine(Simulated.ID, "build-07.example.com", "linux");
    }

    Machine addTag() throws DefenderException {
        return client.addOrRemoveTag(registration(simulator), change("Add", "x"));
    }

    DefenderException fails() {
        return fails(registration(simulator));
    }

    DefenderException fails(AppRegistration registration) {
        DefenderException failure =
                assertThrows(DefenderException.class, () -> client.addOrRemoveTag(registration, change("Add", "x")));
        assertEquals(SingleLine.of(failure.getMessage(), 2000), failure.getMessage(), "one line");
        return failure;
    }
}
