package io.jenkins.plugins.defendertags.client.queue;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.TagCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits together is sent together. */
class MergedChangesTest extends QueueTests {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWaitsIsMerged(boolean bareArray) throws Exception {
        simulator.answers().setBulkAnswerIsBareArray(bareArray);
        List<PendingChange> changes = whileNothingIsSent(() -> submitToMany("Add", "x", 1_200));
        assertEquals(1_200, succeeded(changes));
        assertEquals(3, simulator.tagCalls() - 1, "500, 500, 200");
        assertEquals(3, simulator.bulkCalls());
        assertEquals(id(1_199), changes.get(1_199).result().get().id().value(), "everybody gets the machine asked for");
        assertEquals(1, changes.get(0).calls());
    }

    @Test
    void onlyTheSameActionAndTagAreMerged() throws Exception {
        List<PendingChange> changes = whileNothingIsSent(() -> {
            List<PendingChange> all = new ArrayList<>(submitToMany("Add", "x", 10));
            all.addAll(submitToMany("Add", "y", 10));
            all.addAll(submitToMany("Remove", "x", 10));
            return all;
        });
        assertEquals(30, succeeded(changes));
        assertEquals(3, simulator.bulkCalls());
        assertEquals(List.of("Add x", "Add y", "Remove x"), history(3));
    }

    @Test
    void theSameChangeIsMadeOnceForAllThatWantIt() throws Exception {
        List<PendingChange> changes = whileNothingIsSent(() ->
                IntStream.range(0, 1_000).mapToObj(i -> submit("Add", "x")).toList());
        assertEquals(1_000, succeeded(changes));
        assertEquals(1, simulator.tagCalls() - 1);
    }

    @Test
    void addAndRemoveOfTheSameTagAreNotMixedUp() throws Exception {
        List<PendingChange> changes = whileNothingIsSent(() -> List.of(
                submit("Add", "x"),
                submit("Add", "x"),
                submit("Remove", "x"),
                submit("Add", "x"),
                submit("Remove", "x"),
                submit("Remove", "x")));
        assertEquals(6, succeeded(changes));
        assertEquals(
                List.of("Add warm", "Add x", "Remove x", "Add x", "Remove x"),
                simulator.machines().get(ID).changes());
    }

    @Test
    void bulkThatIsForbiddenIsNotTriedAgain() throws Exception {
        simulator.answers().setBulkFault(Fault.defenderError(403, "Forbidden", "Not in this tenant."));
        assertEquals(50, succeeded(whileNothingIsSent(() -> submitToMany("Add", "x", 50))));
        assertEquals(50, succeeded(whileNothingIsSent(() -> submitToMany("Remove", "x", 50))));
        assertEquals(1, simulator.bulkCalls());
    }

    static List<Fault> refusedBulk() {
        return List.of(
                Fault.defenderError(400, "BadRequest", "No."),
                Fault.defenderError(404, "NotFound", "No."),
                Fault.html(403),
                Fault.html(200),
                Fault.answer(200, "application/json", "{}"),
                Fault.answer(200, "application/json", "[]"),
                Fault.defenderError(500, "InternalServerError", "No."),
                Fault.closed());
    }

    @ParameterizedTest
    @MethodSource("refusedBulk")
    void bulkThatNeverWorksCostsAFewCallsOnly(Fault fault) throws Exception {
        simulator.answers().setBulkFault(fault);
        assertEquals(40, succeeded(whileNothingIsSent(() -> submitToMany("Add", "x", 40))));
        assertTrue(simulator.bulkCalls() <= 8, simulator.bulkCalls() + " bulk calls");
    }

    @ParameterizedTest
    @EnumSource(TagCalls.Unknown.class)
    void machineThatIsGoneFailsAlone(TagCalls.Unknown unknown) throws Exception {
        simulator.answers().setUnknownInBulk(unknown);
        PendingChange[] gone = new PendingChange[1];
        List<PendingChange> changes = whileNothingIsSent(() -> {
            List<PendingChange> all = new ArrayList<>(submitToMany("Add", "x", 100));
            gone[0] = simulated.submit("Add", "x", "f".repeat(40));
            all.addAll(submitToMany("Add", "x", 499));
            return all;
        });
        assertEquals(599, succeeded(changes));
        assertEquals(Kind.NOT_FOUND, fails(gone[0]).kind());
        assertTrue(simulator.tagCalls() <= 25, simulator.tagCalls() + " calls");
    }

    @Test
    void machineThatTheAnswerShowsUnchangedIsSentAlone() throws Exception {
        simulator.addMachine(id(1), "m1");
        simulator.addMachine(id(2), "m2");
        simulator
                .answers()
                .setBulkFault(Fault.answer(
                        200,
                        "application/json",
                        "[{\"id\":\"" + id(1) + "\",\"machineTags\":[\"x\"]},{\"id\":\"" + id(2)
                                + "\",\"machineTags\":[]}]"));
        List<PendingChange> changes = whileNothingIsSent(
                () -> List.of(simulated.submit("Add", "x", id(1)), simulated.submit("Add", "x", id(2))));
        assertEquals(2, succeeded(changes));
        assertEquals(List.of("x"), simulator.tagsOf(id(2)));
    }

    @Test
    void cancelledChangeIsNotInTheBulkCall() throws Exception {
        List<PendingChange> changes = whileNothingIsSent(() -> {
            List<PendingChange> all = submitToMany("Add", "x", 10);
            all.get(4).result().cancel(false);
            return all;
        });
        assertThrows(CancellationException.class, () -> changes.get(4).result().get());
        assertEquals(
                9,
                succeeded(changes.stream()
                        .filter(change -> change != changes.get(4))
                        .toList()));
        assertEquals(List.of(), history(4));
    }

    @Test
    void oneOfManyWhoWantTheSameMayGiveUp() throws Exception {
        List<PendingChange> changes = whileNothingIsSent(() -> {
            List<PendingChange> both = List.of(submit("Add", "x"), submit("Add", "x"));
            both.get(0).result().cancel(false);
            return both;
        });
        assertEquals(List.of("warm", "x"), changes.get(1).result().get().tags());
    }
}
