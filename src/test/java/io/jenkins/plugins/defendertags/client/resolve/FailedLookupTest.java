package io.jenkins.plugins.defendertags.client.resolve;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static io.jenkins.plugins.defendertags.client.Simulated.MACHINE;
import static io.jenkins.plugins.defendertags.client.Simulated.registration;
import static io.jenkins.plugins.defendertags.client.SimulatedQueue.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that fit no machine, or cannot be looked up: the error names the name, and says what is known. */
class FailedLookupTest extends ResolverTests {

    private static final Fault REFUSED = Fault.defenderError(400, "BadRequest", "Nope");

    @Test
    void sameHostNameWithoutDomainIsNamed() throws Exception {
        simulator.addMachine(ID, "Build-09");
        machine(1, "build-090");
        machine(2, "build-09.other").health("Inactive");
        Resolution resolution = resolve("build-09.example.com");
        assertProblem(
                "No machine in Defender has the DNS name \"build-09.example.com\". The same host name belongs to " + ID
                        + " (Build-09, last seen 2026-11-20T08:10:59Z, Active). If that is the machine, use this name or"
                        + " ID.",
                ErrorCode.UNKNOWN_MACHINE,
                resolution.machines().get(0));
        assertEquals(2, resolution.calls(), "one more, since the look-up failed");
    }

    @Test
    void sameHostNameInAnotherDomainIsNamedBesideRecordsThatDoNotCount() throws Exception {
        machine(1, "build-09.example.com").health("Inactive");
        simulator.addMachine(ID, "build-09.other.com");
        String message = one("build-09.example.com").problem().message();
        assertTrue(
                message.contains("Records that do not count: 1 inactive. The same host name belongs to " + ID),
                message);
    }

    @Test
    void similarNamesOfSeveralNamesCostOneCallTogether() throws Exception {
        simulator.addMachine(ID, "build-09");
        machine(1, "build-10.other.com");
        machine(2, "build-11.example.com");
        Resolution resolution = resolve(
                "build-09.example.com",
                "build-10.example.com",
                "build-11.example.com",
                "build-12.example.com",
                "nobody");
        List<ResolvedMachine> machines = resolution.machines();
        assertTrue(machines.get(0).problem().message().contains("belongs to " + ID));
        assertTrue(machines.get(1).problem().message().contains("belongs to " + id(1)));
        assertEquals(id(2), machines.get(2).id().value());
        assertTrue(machines.get(3).problem().message().contains("Check the spelling"));
        assertEquals(2, resolution.calls());
    }

    @Test
    void namesThatAreFoundCostNoCallMore() throws Exception {
        simulator.addMachine(ID, HOST);
        machine(1, "build-07");
        assertEquals(1, resolve(HOST).calls());
        assertEquals(1, resolve("nobody").calls(), "a short name fits any domain");
    }

    @Test
    void inventoryNamesSimilarMachinesToo() throws Exception {
        simulator.addMachine(ID, "build-09");
        List<String> names = new ArrayList<>(List.of("build-09.example.com"));
        IntStream.rangeClosed(0, 100).forEach(i -> names.add("nobody-" + i));
        Resolution resolution = resolve(names.toArray(String[]::new));
        assertTrue(resolution.machines().get(0).problem().message().contains("belongs to " + ID));
        assertEquals(1, resolution.calls());
    }

    @Test
    void failureToLookForSimilarNamesIsNoFailure() throws Exception {
        simulator.failNextApiCalls(Fault.answer(200, "application/json", "{\"value\":[]}"), REFUSED);
        assertTrue(one(HOST).problem().message().contains("Check the spelling"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.9.9.9", "nobody.example.com", "nobody"})
    void refusedLookUpFailsThatNameAlone(String name) throws Exception {
        simulator.addMachine(ID, HOST);
        simulator.machines().refuseFilters(filter -> filter.contains("'" + name + "'"));
        Resolution resolution = resolve(name, HOST);
        String message = resolution.machines().get(0).problem().message();
        assertTrue(
                message.matches("The .* \"" + name + "\" could not be looked up: name the machine by its ID. Defender"
                        + " answered HTTP 400: The filter is not supported. .*"),
                message);
        assertEquals(
                ErrorCode.BAD_REQUEST, resolution.machines().get(0).problem().errorCode());
        assertEquals(ID, resolution.machines().get(1).id().value());
        assertEquals(3, resolution.calls(), "together, then each by itself");
    }

    @Test
    void addressIsFoundThoughTheClockIsFast() throws Exception {
        simulator.addMachine(ID, HOST).ipAddresses("172.16.0.1", "10.0.0.5");
        assertEquals(
                ID, resolveAhead(Duration.ofSeconds(90), "10.0.0.5").get(0).id().value());
    }

    @Test
    void clockThatIsFarAheadFailsTheAddressAlone() throws Exception {
        simulator.addMachine(ID, HOST).ipAddresses("172.16.0.1", "10.0.0.5");
        List<ResolvedMachine> machines = resolveAhead(Duration.ofHours(1), "10.0.0.5", HOST);
        String message = machines.get(0).problem().message();
        assertTrue(message.startsWith("The IP address \"10.0.0.5\" could not be looked up"), message);
        assertEquals(ID, machines.get(1).id().value());
    }

    private List<ResolvedMachine> resolveAhead(Duration ahead, String... names) throws DefenderException {
        Clock clock = Clock.offset(Clock.systemUTC(), ahead);
        MachineResolver fast = new MachineResolver(simulated.queue, clock);
        return await(fast.resolve(
                registration(simulator), Stream.of(names).map(MachineName::new).toList(), false));
    }

    @Test
    void otherFailuresFailTheWholeLookUp() {
        simulator.failNextApiCalls(Fault.defenderError(403, "Forbidden", "no"));
        assertEquals(
                Kind.FORBIDDEN,
                assertThrows(DefenderException.class, () -> resolve("10.9.9.9", HOST))
                        .kind());
    }

    @Test
    void listedMachineThatDefenderDoesNotKnowIsNotNew() throws Exception {
        simulator.addMachine(ID, HOST).failWith(Fault.defenderError(404, "ResourceNotFound", "no"));
        ResolvedMachine machine = one(HOST);
        Throwable failure = assertThrows(
                DefenderException.class, () -> await(simulated.queue.getMachine(simulated.registration, MACHINE)));
        DefenderException explained = (DefenderException) machine.explain(failure);
        assertTrue(
                explained
                        .getMessage()
                        .startsWith("Defender lists the DNS name \"" + HOST + "\" as machine " + ID
                                + ", but answers that it does not know that machine (HTTP 404). Look the device up"),
                explained.getMessage());
        assertEquals(ErrorCode.STALE_RECORD, explained.errorCode());
        assertFalse(DefenderException.isUnknownMachine(explained), "nothing to wait for");
    }

    @Test
    void otherFailuresAreNotExplainedAgain() throws Exception {
        simulator.addMachine(ID, HOST);
        Throwable failure =
                DefenderException.of(Kind.FORBIDDEN).message("a").remedy("b").build();
        assertSame(failure, one(HOST).explain(failure));
        Throwable unknown =
                DefenderException.of(Kind.NOT_FOUND).message("a").remedy("b").build();
        assertSame(unknown, one(ID).explain(unknown), "an ID as it was given may be that of a new machine");
    }

    private static void assertProblem(String message, ErrorCode errorCode, ResolvedMachine machine) {
        assertEquals(message, machine.problem().message());
        assertEquals(errorCode, machine.problem().errorCode());
    }
}
