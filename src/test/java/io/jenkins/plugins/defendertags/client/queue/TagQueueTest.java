package io.jenkins.plugins.defendertags.client.queue;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** One change after the other. */
class TagQueueTest extends QueueTests {

    @Test
    void oneCallForAWarmChange() throws Exception {
        submit("Add", "first").result().get();
        PendingChange warm = submit("Add", "second");
        assertEquals(List.of("first", "second"), warm.result().get().tags());
        assertEquals(1, warm.calls());
        assertEquals(2, simulator.tagCalls());
    }

    @Test
    void callingThreadMakesTheFirstCall() {
        List<PendingChange> pending = simulated.queue.enqueue(simulated.registration, List.of(change("Add", "x")));
        assertFalse(pending.get(0).mayHaveBeenMade(), "known before it is sent");
        simulated.queue.dispatch(pending);
        assertEquals(List.of("x"), pending.get(0).result().getNow(null).tags());
    }

    @Test
    void changesSubmittedTogetherAreSentTogether() {
        List<TagChange> changes = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            simulator.addMachine(id(i), "build-" + i);
            changes.add(new TagChange(TagAction.ADD, new Tag("x"), new MachineId(id(i))));
        }
        List<PendingChange> pending = simulated.queue.submit(simulated.registration, changes);
        assertEquals(700, succeeded(pending));
        assertEquals(2, simulator.apiCalls());
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
        simulator.failNextApiCalls(
                Fault.defenderError(401, "Unauthorized", "Account mode is inactive"),
                Fault.defenderError(401, "Unauthorized", "Account mode is inactive"));
        DefenderException x = fails(submit("Add", "x"));
        assertEquals(Kind.UNAUTHORIZED, x.kind());
        assertTrue(x.getMessage().contains("Account mode is inactive. "), x.getMessage());
        assertEquals(2, simulator.tagCalls());
    }

    @Test
    void failureDoesNotStopTheNextChange() throws Exception {
        simulator.failNextApiCalls(Fault.defenderError(400, "BadRequest", "no"));
        PendingChange refused = submit("Add", "refused");
        PendingChange next = submit("Add", "next");
        assertEquals(Kind.REFUSED, fails(refused).kind());
        assertEquals(List.of("next"), next.result().get().tags());
    }

    @Test
    void cancelledChangeIsNotSent() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        submit("Add", "warm").result().get();
        simulator.failNextApiCalls(exchange -> {
            mayAnswer.await();
            Fault.answer(200, "application/json", "{\"machineTags\":[\"first\"]}")
                    .apply(exchange);
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

    @Test
    void anotherSecretIsAnotherMatter() throws Exception {
        AppRegistration wrong = Simulated.registration(simulator, "wrong");
        TagChange change = change("Add", "x");
        List<PendingChange> changes =
                whileNothingIsSent(() -> List.of(simulated.queue.submit(wrong, change), submit("Add", "x")));
        assertEquals(Kind.SIGN_IN, fails(changes.get(0)).kind());
        assertEquals(List.of("warm", "x"), changes.get(1).result().get().tags());
    }

    @Test
    void saysWhetherItMayHaveBeenMade() throws Exception {
        submit("Add", "warm").result().get();
        CountDownLatch arrived = new CountDownLatch(1);
        simulator.failNextApiCalls(exchange -> {
            arrived.countDown();
            Fault.silence().apply(exchange);
        });
        PendingChange sent = submit("Add", "x");
        PendingChange waits = submit("Remove", "x");
        arrived.await();
        assertEquals(WaitStatus.Reason.ANSWER, sent.waitStatus().reason());
        assertEquals(WaitStatus.Reason.TURN, waits.waitStatus().reason());
        sent.result().cancel(false);
        waits.result().cancel(false);
        assertTrue(sent.mayHaveBeenMade());
        assertFalse(waits.mayHaveBeenMade());
    }

    @Test
    void nothingOfEndedChangesIsKept() throws Exception {
        whileNothingIsSent(() -> submitToMany("Add", "x", 100))
                .forEach(change -> change.result().join());
        simulator.failNextApiCalls(Fault.defenderError(400, "BadRequest", "no"));
        fails(submit("Add", "refused"));
        submit("Add", "cancelled").result().cancel(false);
        submit("Add", "last").result().get();
        assertTrue(simulated.queue.isEmpty());
    }
}
