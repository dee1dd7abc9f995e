package io.jenkins.plugins.defendertags.client.queue;

import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ClientSecret;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which app registrations share a queue. */
@Timeout(60)
class TagQueuesTest {

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    @AutoClose
    private final DefenderSimulator other = new DefenderSimulator();

    @AutoClose
    private final TagQueues queues =
            new TagQueues(() -> Timeouts.DEFAULT, ProxyServer.Chooser.NONE, () -> QueueSettings.DEFAULT);

    @BeforeEach
    void addMachines() {
        simulator.addMachine(Simulated.ID, "build-07.example.com");
        other.addMachine(Simulated.ID, "build-07.example.com");
    }

    private AppRegistration spelled(String tenant, String client) {
        return new AppRegistration(
                Simulated.cloud(simulator), tenant, client, new ClientSecret(DefenderSimulator.SECRET));
    }

    private void addTag(AppRegistration registration) {
        queues.queue(registration)
                .submit(registration, change("Add", "x"))
                .result()
                .join();
    }

    @Test
    void caseMakesNoDifference() {
        assertSame(
                queues.queue(spelled(DefenderSimulator.TENANT, DefenderSimulator.CLIENT)),
                queues.queue(spelled(
                        DefenderSimulator.TENANT.toUpperCase(Locale.ROOT),
                        DefenderSimulator.CLIENT.toUpperCase(Locale.ROOT))));
    }

    @Test
    void domainNameOfATenantSharesItsQueueOnceATokenHasCome() {
        AppRegistration byId = spelled(DefenderSimulator.TENANT, DefenderSimulator.CLIENT);
        AppRegistration byName = spelled(DefenderSimulator.DOMAIN, DefenderSimulator.CLIENT);
        TagQueue queue = queues.queue(byId);
        addTag(byId);
        assertNotSame(queue, queues.queue(byName), "nobody knows yet");
        addTag(byName);
        assertSame(queue, queues.queue(byName));
        assertSame(queue, queues.queue(spelled("Contoso.OnMicrosoft.com", DefenderSimulator.CLIENT)));
    }

    @Test
    void queueOfADomainNameGoesOnAsTheOneOfTheTenant() {
        AppRegistration byName = spelled(DefenderSimulator.DOMAIN, DefenderSimulator.CLIENT);
        TagQueue queue = queues.queue(byName);
        addTag(byName);
        assertSame(queue, queues.queue(byName));
        assertSame(queue, queues.queue(spelled(DefenderSimulator.TENANT, DefenderSimulator.CLIENT)));
    }

    @Test
    void hostThatHangsHoldsUpNoOtherApplication() {
        simulator.failApiCalls(Fault.silence());
        AppRegistration hanging = Simulated.registration(simulator);
        List<PendingChange> waiting = IntStream.range(0, 100)
                .mapToObj(i -> queues.queue(hanging).submit(hanging, change("Add", "tag-" + i)))
                .toList();
        AppRegistration fine = Simulated.registration(other);
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    "x",
                    queues.queue(fine)
                            .submit(fine, change("Add", "x"))
                            .result()
                            .join()
                            .tags()
                            .get(0));
        }
        waiting.forEach(change -> assertFalse(change.result().isDone()));
    }
}
