package io.jenkins.plugins.defendertags.client;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static io.jenkins.plugins.defendertags.client.Simulated.registration;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.DefenderException.Kind;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TagQueueTest {

    private final DefenderSimulator simulator = new DefenderSimulator();
    private final DefenderClient client = new DefenderClient(() -> Timeouts.DEFAULT, ProxyServer.Chooser.NONE);
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final TagQueue queue = new TagQueue(client, executor);

    @BeforeEach
    void addMachine() {
        simulator.addMachine(ID, "build-07.example.com");
    }

    @AfterEach
    void close() throws IOException {
        executor.shutdownNow();
        client.close();
        simulator.close();
    }

    @Test
    void oneCallForAWarmChange() throws Exception {
        submit("Add", "first").result().get();
        PendingChange warm = submit("Add", "second");
        assertEquals(List.of("first", "second"), warm.result().get().tags());
        assertEquals(1, warm.calls());
        assertEquals(2, simulator.tagCalls());
    }

    @Test
    void changesToOneMachineKeepTheirOrder() throws Exception {
        List<PendingChange> changes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            changes.add(submit(i % 2 == 0 ? "Add" : "Remove", "flip"));
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(
                    i % 2 == 0 ? List.of("flip") : List.of(),
                    changes.get(i).result().get().tags(),
                    "change " + i);
        }
    }

    @Test
    void revokedTokenIsRenewedOnce() throws Exception {
        submit("Add", "first").result().get();
        simulator.revokeTokens();
        PendingChange second = submit("Add", "second");
        assertEquals(List.of("first", "second"), second.result().get().tags());
        assertEquals(2, second.calls());
        assertEquals(2, simulator.tokenCalls());
    }

    @Test
    void tokenRefusedTwiceIsAnError() {
        simulator.failNextTagCalls(
                Fault.defenderError(401, "Unauthorized", "Account mode is inactive"),
                Fault.defenderError(401, "Unauthorized", "Account mode is inactive"));
        DefenderException x = fails(submit("Add", "x"));
        assertEquals(Kind.UNAUTHORIZED, x.kind());
        assertTrue(x.getMessage().contains("Account mode is inactive. "), x.getMessage());
        assertEquals(2, simulator.tagCalls());
    }

    @Test
    void failureDoesNotStopTheNextChange() throws Exception {
        simulator.failNextTagCalls(Fault.defenderError(400, "BadRequest", "no"));
        PendingChange refused = submit("Add", "refused");
        PendingChange next = submit("Add", "next");
        assertEquals(Kind.REFUSED, fails(refused).kind());
        assertEquals(List.of("next"), next.result().get().tags());
    }

    @Test
    void cancelledChangeIsNotSent() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        submit("Add", "warm").result().get();
        simulator.failNextTagCalls(exchange -> {
            mayAnswer.await();
            Fault.answer(200, "application/json", "{}").apply(exchange);
        });
        PendingChange first = submit("Add", "first");
        PendingChange second = submit("Add", "second");
        PendingChange third = submit("Add", "third");
        second.result().cancel(false);
        mayAnswer.countDown();
        first.result().get();
        third.result().get();
        assertEquals(List.of("warm", "third"), simulator.tagsOf(ID));
        assertEquals(0, second.calls());
    }

    private PendingChange submit(String action, String tag) {
        return queue.submit(registration(simulator), change(action, tag));
    }

    private static DefenderException fails(PendingChange change) {
        ExecutionException x =
                assertThrows(ExecutionException.class, () -> change.result().get());
        return assertInstanceOf(DefenderException.class, x.getCause());
    }
}
