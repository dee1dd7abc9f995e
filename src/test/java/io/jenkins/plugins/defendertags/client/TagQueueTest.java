package io.jenkins.plugins.defendertags.client;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.DefenderException.Kind;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.TagCalls;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import io.jenkins.plugins.defendertags.simulator.Throttle.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TagQueueTest {

    @AutoClose
    private final SimulatedQueue simulated = new SimulatedQueue();

    private final DefenderSimulator simulator = simulated.simulator;

    @BeforeEach
    void addMachine() {
        simulator.addMachine(ID, "build-07.example.com");
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
    void callingThreadMakesTheFirstCall() {
        List<PendingChange> pending = new ArrayList<>();
        simulated.queue.submit(simulated.registration, List.of(change("Add", "x")), accepted -> {
            pending.addAll(accepted);
            assertFalse(accepted.get(0).mayHaveBeenMade(), "known before it is sent");
        });
        assertEquals(List.of("x"), pending.get(0).result().getNow(null).tags());
    }

    @Test
    void changesSubmittedTogetherAreSentTogether() {
        List<TagChange> changes = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            simulator.addMachine(id(i), "build-" + i);
            changes.add(new TagChange(TagAction.ADD, new Tag("x"), new MachineId(id(i))));
        }
        List<PendingChange> pending = new ArrayList<>();
        simulated.queue.submit(simulated.registration, changes, pending::addAll);
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

    // Limits and pauses

    @Test
    void keepsToTheLimit() throws Exception {
        simulated.limit(new CallLimit(3, Duration.ofSeconds(2)));
        simulator.limit(new Throttle(3, Duration.ofSeconds(2), Told.SECONDS));
        simulator.answers().setBulkFault(Fault.defenderError(403, "Forbidden", "No bulk here."));
        List<PendingChange> changes = submitToMany("Add", "x", 7);
        assertEquals(7, succeeded(changes));
        assertEquals(0, simulator.refusals(), "nobody saw a 429");
    }

    @Test
    void lookUpsCountAgainstTheLimit() throws Exception {
        simulated.limit(new CallLimit(2, Duration.ofSeconds(2)));
        simulator.limit(new Throttle(2, Duration.ofSeconds(2), Told.SECONDS));
        CompletableFuture<?> first = simulated.queue.machine(simulated.registration, new MachineId(ID));
        PendingChange second = submit("Add", "x");
        CompletableFuture<?> third = simulated.queue.machine(simulated.registration, new MachineId(ID));
        CompletableFuture.allOf(first, second.result(), third).get();
        assertEquals(3, simulator.apiCalls());
        assertEquals(0, simulator.refusals());
    }

    @ParameterizedTest
    @EnumSource(Told.class)
    void pausesAsLongAsDefenderSays(Told told) throws Exception {
        submit("Add", "warm").result().get();
        simulator.failNextApiCalls(Throttle.refusal(told, Duration.ofSeconds(2)));
        long start = System.nanoTime();
        PendingChange refused = submit("Add", "x");
        refused.result().get();
        long seconds = Duration.ofNanos(System.nanoTime() - start).toMillis();
        assertEquals(2, refused.calls());
        if (told == Told.NOT_AT_ALL) {
            assertTrue(seconds < 1_000, "the first pause of this test's queue is 10 ms: " + seconds);
        } else {
            // A date has no milliseconds.
            assertTrue(seconds >= 990, seconds + " ms");
        }
    }

    @Test
    void pauseHoldsForEverybody() throws Exception {
        submit("Add", "warm").result().get();
        simulator.failNextApiCalls(Throttle.refusal(Told.SECONDS, Duration.ofSeconds(2)));
        PendingChange refused = submit("Add", "x");
        while (refused.waiting().reason() != Waiting.Reason.PAUSE) {
            Thread.sleep(5);
        }
        long before = simulator.apiCalls();
        List<PendingChange> others = submitToMany("Add", "y", 5);
        CompletableFuture<?> lookUp = simulated.queue.machine(simulated.registration, new MachineId(ID));
        Thread.sleep(300);
        assertEquals(before, simulator.apiCalls(), "nothing is sent during the pause");
        Waiting waiting = others.get(0).waiting();
        assertEquals("Defender, which asked for a pause (HTTP 429)", waiting.what());
        assertTrue(waiting.until().isAfter(Instant.now()), "" + waiting);
        refused.result().get();
        lookUp.get();
        assertEquals(5, succeeded(others));
    }

    @Test
    void saysThatItWaitsForTheLimit() throws Exception {
        simulated.limit(CallLimit.perMinute(1));
        submit("Add", "first").result().get();
        PendingChange second = submit("Add", "second");
        while (second.waiting().until() == null) {
            Thread.sleep(5); // the first one's call may not have ended quite yet
        }
        Waiting waiting = second.waiting();
        assertEquals(Waiting.Reason.LIMIT, waiting.reason());
        assertEquals("Defender's limit of 1 call a minute for all builds", waiting.what());
        assertTrue(waiting.until().isAfter(Instant.now().plusSeconds(50)), "" + waiting);
    }

    // Repeating

    static List<Fault> passingFaults() {
        return List.of(
                Fault.defenderError(500, "InternalServerError", "Oops"),
                Fault.answer(502, "text/html", "<html>"),
                Fault.answer(503, null, ""),
                Fault.answer(504, "text/plain", "late"),
                Fault.html(200),
                Fault.cutShort(),
                Fault.cutShort().afterwards(),
                Fault.closed(),
                Fault.closed().afterwards(),
                Fault.answer(200, "application/json", "{\"id\":").afterwards());
    }

    @ParameterizedTest
    @MethodSource("passingFaults")
    void passingFaultIsOvercome(Fault fault) throws Exception {
        simulator.failNextApiCalls(fault, fault);
        PendingChange change = submit("Add", "x");
        assertEquals(List.of("x"), change.result().get().tags());
        assertEquals(3, change.calls());
    }

    @ParameterizedTest
    @MethodSource("passingFaults")
    void passingFaultOfTheSignInIsOvercome(Fault fault) throws Exception {
        simulator.failNextTokenRequests(fault, fault);
        PendingChange change = submit("Add", "x");
        assertEquals(List.of("x"), change.result().get().tags());
        assertEquals(1, change.calls());
        assertEquals(3, simulator.tokenCalls());
    }

    @Test
    void pausesAsLongAsEntraSays() throws Exception {
        simulator.failNextTokenRequests(Throttle.refusal(Told.SECONDS, Duration.ofSeconds(2)));
        long start = System.nanoTime();
        submit("Add", "x").result().get();
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() >= 1_990);
        assertEquals(2, simulator.tokenCalls());
    }

    @Test
    void whatIsProbablyAMistakeInTheConfigurationIsToldSoon() {
        simulator.failApiCalls(Fault.html(200));
        assertEquals(Kind.NOT_UNDERSTOOD, fails(submit("Add", "x")).kind());
        assertEquals(5, simulator.apiCalls());
    }

    @Test
    void wrongSecretAnswersAllThatWaitForIt() {
        simulated.limit(CallLimit.perMinute(1_000));
        simulator.failNextTokenRequests(exchange -> {
            Thread.sleep(500);
            Fault.answer(
                            401,
                            "application/json",
                            "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret\"}")
                    .apply(exchange);
        });
        List<PendingChange> changes = submitToMany("Add", "x", 100);
        int refused = 0;
        for (PendingChange change : changes) {
            try {
                change.result().get();
            } catch (ExecutionException x) {
                assertEquals(Kind.SIGN_IN, ((DefenderException) x.getCause()).kind());
                refused++;
            } catch (InterruptedException x) {
                throw new AssertionError(x);
            }
        }
        assertTrue(refused >= 1 && simulator.tokenCalls() <= 5, refused + " refused, " + simulator.tokenCalls());
    }

    @Test
    void givesUpAtTheDeadlineAndTellsTheLastProblem() {
        simulated.deadline(Duration.ofMillis(700));
        simulator.failApiCalls(Fault.defenderError(503, "ServiceUnavailable", "Busy"));
        DefenderException x = fails(submit("Add", "x"));
        assertEquals(Kind.UNAVAILABLE, x.kind());
        assertTrue(x.getMessage().startsWith("This was given up after 0 seconds. The last problem:"), x.getMessage());
        assertTrue(x.getMessage().contains("HTTP 503: Busy"), x.getMessage());
    }

    @Test
    void givesUpAtTheDeadlineIfTheLimitLeavesNoRoom() throws Exception {
        simulated.limit(CallLimit.perMinute(1));
        submit("Add", "first").result().get();
        simulated.deadline(Duration.ofMillis(200));
        PendingChange late = submit("Add", "second");
        CompletableFuture<?> lookUp = simulated.queue.machine(simulated.registration, new MachineId(ID));
        DefenderException x = fails(late);
        assertEquals(Kind.THROTTLED, x.kind());
        assertTrue(x.getMessage().contains("use another app registration"), x.getMessage());
        assertFalse(late.mayHaveBeenMade());
        assertThrows(ExecutionException.class, lookUp::get);
    }

    @Test
    void hangingCallIsGivenUpAndRepeated() throws Exception {
        simulated.timeouts = new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(1));
        simulator.failNextApiCalls(Fault.silence(), Fault.drip(50));
        PendingChange change = submit("Add", "x");
        assertEquals(List.of("x"), change.result().get().tags());
        assertEquals(3, change.calls());
    }

    @Test
    void tagThatIsAsWantedIsNoFailure() throws Exception {
        simulator.answers().setNeedlessIsRefused(true);
        submit("Add", "x").result().get();
        assertEquals(List.of("x"), submit("Add", "x").result().get().tags());
        assertEquals(List.of(), submit("Remove", "x").result().get().tags());
        assertEquals(List.of(), submit("Remove", "x").result().get().tags());
    }

    // Merging

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
    void anotherSecretIsAnotherMatter() throws Exception {
        AppRegistration wrong = Simulated.registration(simulator, "wrong");
        TagChange change = change("Add", "x");
        List<PendingChange> changes =
                whileNothingIsSent(() -> List.of(simulated.queue.submit(wrong, change), submit("Add", "x")));
        assertEquals(Kind.SIGN_IN, fails(changes.get(0)).kind());
        assertEquals(List.of("warm", "x"), changes.get(1).result().get().tags());
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
        assertEquals(Waiting.Reason.ANSWER, sent.waiting().reason());
        assertEquals(Waiting.Reason.TURN, waits.waiting().reason());
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

    // Helpers

    private static String id(int number) {
        return String.format("%040x", number);
    }

    private List<String> history(int number) {
        return simulator.machines().get(id(number)).changes();
    }

    /** One change to each of many machines, which are added if they are not there. */
    private List<PendingChange> submitToMany(String action, String tag, int count) {
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
    private List<PendingChange> whileNothingIsSent(Supplier<List<PendingChange>> submit) throws Exception {
        simulated.limit(new CallLimit(1, Duration.ofHours(1)));
        PendingChange warm = submit("Add", "warm");
        if (simulator.tagCalls() == 0) {
            warm.result().get();
        }
        List<PendingChange> changes = submit.get();
        simulated.limit(CallLimit.perMinute(1_000_000));
        simulated.queue.machine(simulated.registration, new MachineId(ID)).get(); // to have it look again
        return changes;
    }

    private static int succeeded(List<PendingChange> changes) {
        changes.forEach(change -> change.result().join());
        return changes.size();
    }

    private PendingChange submit(String action, String tag) {
        return simulated.submit(action, tag, ID);
    }

    private static DefenderException fails(PendingChange change) {
        ExecutionException x =
                assertThrows(ExecutionException.class, () -> change.result().get());
        return assertInstanceOf(DefenderException.class, x.getCause());
    }
}
