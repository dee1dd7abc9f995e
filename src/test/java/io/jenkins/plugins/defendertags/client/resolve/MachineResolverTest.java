package io.jenkins.plugins.defendertags.client.resolve;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which machine a name means. */
class MachineResolverTest extends ResolverTests {

    @ParameterizedTest
    @CsvSource({
        "build-07.example.com,1",
        "BUILD-07.Example.COM,1",
        "build-07,1",
        "Build-07,1",
        "10.0.0.5,1",
        "2001:DB8::5,3",
        "1e5bc9d7e413ddd7902c2932e418702b84d0cc07,0",
        "1E5BC9D7E413DDD7902C2932E418702B84D0CC07,0"
    })
    void anyWayToNameAMachine(String name, int calls) throws Exception {
        machine(1, "build-070.example.com").ipAddresses("10.0.0.50");
        simulator.addMachine(ID, HOST).ipAddresses("10.0.0.5", "2001:db8:0:0::5");
        Resolution resolution = resolve(name);
        assertEquals(List.of(found(name, ID)), resolution.machines());
        assertEquals(calls, resolution.calls());
        assertEquals(calls, simulator.apiCalls());
    }

    @Test
    void answersComeInTheOrderOfTheNames() throws Exception {
        simulator.addMachine(ID, HOST);
        machine(1, "other.example.com");
        Resolution resolution = resolve("other", HOST, "nobody", ID, HOST, "OTHER");
        assertEquals(
                Stream.of(id(1), ID, null, ID, ID, id(1)).toList(),
                resolution.machines().stream()
                        .map(machine ->
                                machine.id() == null ? null : machine.id().value())
                        .toList());
        assertEquals("OTHER", resolution.machines().get(5).name().value());
        assertEquals(1, resolution.calls(), "names that wait together are one look-up");
    }

    @Test
    void noNamesNoCalls() throws Exception {
        assertEquals(new Resolution(List.of(), 0), resolve());
        assertEquals(0, simulator.tokenCalls());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void unknownName(boolean emptyListIs404) throws Exception {
        simulator.addMachine(ID, HOST);
        simulator.machines().setEmptyListIs404(emptyListIs404);
        for (String name : List.of("nobody.example.com", "build-0", "10.9.9.9", "::9", "Nobody")) {
            ResolvedMachine machine = one(name);
            assertEquals(ErrorCode.UNKNOWN_MACHINE, machine.problem().errorCode());
            assertNull(machine.id());
            assertTrue(
                    machine.problem().message().contains("\"" + name + "\". Check the spelling"),
                    machine.problem().message());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"build_07", "büro", "标签", "\uD801\uDC28", "-build-"})
    void anyLetterIsEscaped(String label) throws Exception {
        simulator.addMachine(ID, label);
        machine(1, "quite.different");
        assertEquals(ID, one(label).id().value());
        machine(2, label + ".example.com");
        assertEquals(id(2), one(label + ".example.com").id().value());
    }

    @Test
    void requestsAreThoseOfTheDocumentation() throws Exception {
        resolve("bü.example.com.");
        resolve("b_7");
        resolve("fe80::1");
        String machines = "GET /api/machines";
        List<String> requests = simulator.requests().stream()
                .filter(request -> request.startsWith("GET"))
                .toList();
        assertEquals(
                List.of(
                        machines + "?$filter=computerDnsName%20eq%20%27b%C3%BC.example.com%27&$top=10000",
                        // looks for the host name in other domains
                        machines + "?$filter=startswith%28computerDnsName%2C%27b%C3%BC%27%29&$top=10000",
                        machines + "?$filter=startswith%28computerDnsName%2C%27b_7%27%29&$top=10000",
                        machines + "?$filter=lastIpAddress%20eq%20%27fe80%3A%3A1%27&$top=10000"),
                requests.subList(0, 4));
        assertTrue(
                requests.get(4)
                        .matches(
                                "GET /api/machines/findbyip\\(ip='fe80::1',timestamp=\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\\)"),
                requests.get(4));
        assertEquals(5, requests.size());
    }

    @Test
    void caseSensitiveDefenderIsAskedTwice() throws Exception {
        simulator.machines().setCaseSensitive(true);
        simulator.addMachine(ID, HOST).ipAddresses("2001:db8::5");
        machine(1, "Mixed.Example.com");
        for (String name : List.of("BUILD-07.example.com", "Build-07", "2001:DB8:0::5")) {
            Resolution resolution = resolve(name);
            assertEquals(ID, resolution.machines().get(0).id().value());
            assertEquals(2, resolution.calls());
        }
        assertEquals(id(1), one("Mixed.Example.com").id().value(), "as it was typed comes first");
    }

    @Test
    void deadRecordUnderTheTypedSpellingHidesNoLivingOne() throws Exception {
        simulator.machines().setCaseSensitive(true);
        machine(1, "BUILD-07.EXAMPLE.COM").health("Inactive");
        simulator.addMachine(ID, HOST);
        assertEquals(ID, one("BUILD-07.EXAMPLE.COM").id().value());
    }

    @Test
    void addressOfANetworkInterfaceCountsOnlyWhenItIsNobodysLast() throws Exception {
        simulator.addMachine(ID, HOST).ipAddresses("10.0.0.5", "192.168.1.1");
        machine(1, "other.example.com").ipAddresses("10.0.0.6", "10.0.0.5");
        assertEquals(ID, one("10.0.0.5").id().value());
        assertEquals(ID, one("192.168.1.1").id().value());
    }

    @Test
    void machineThatHasTheAddressNoLongerIsNotMeant() throws Exception {
        simulator.addMachine(ID, HOST).ipAddresses("10.0.0.5");
        simulator.failNextApiCalls(
                Fault.answer(200, "application/json", "{\"value\":[]}"),
                Fault.answer(
                        200,
                        "application/json",
                        "{\"value\":[{\"id\":\"" + ID + "\",\"lastIpAddress\":\"10.0.0.99\"}]}"));
        assertEquals(ErrorCode.UNKNOWN_MACHINE, one("10.0.0.5").problem().errorCode());
    }

    @Test
    void recordsThatDoNotCount() throws Exception {
        machine(1, HOST).mergedInto(ID);
        machine(2, HOST).excluded();
        machine(3, HOST).onboarding("CanBeOnboarded");
        machine(4, HOST).health("INACTIVE");
        machine(5, HOST).health("Inactive").mergedInto(ID);
        ResolvedMachine none = one(HOST);
        assertEquals(ErrorCode.UNKNOWN_MACHINE, none.problem().errorCode());
        assertEquals(
                "No active machine in Defender has the DNS name \"build-07.example.com\". Records that do not count:"
                        + " 2 merged into another machine, 1 excluded, 1 not onboarded, 1 inactive. To use an inactive"
                        + " machine, name it by its ID: " + id(4)
                        + " (build-07.example.com, last seen 2026-11-20T08:10:59Z, INACTIVE).",
                none.problem().message());

        simulator.addMachine(ID, HOST);
        assertEquals(ID, one(HOST).id().value());
    }

    @Test
    void withoutAnInactiveRecordTheExplanationNamesNone() throws Exception {
        machine(1, HOST).excluded();
        assertTrue(one(HOST).problem().message().endsWith("1 excluded. Check the machine in the Defender portal."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"onboarded", "ONBOARDED", "Onboarded"})
    void onboardedInAnyCase(String status) throws Exception {
        simulator.addMachine(ID, HOST).onboarding(status).health("ImpairedCommunication");
        assertEquals(ID, one(HOST).id().value());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"healthStatus\":null,\"onboardingStatus\":null,\"mergedIntoMachineId\":null,\"isExcluded\":null",
                ",\"healthStatus\":\"Sparkling\",\"lastSeen\":\"yesterday\",\"ipAddresses\":7,\"lastIpAddress\":{}",
                ",\"mergedIntoMachineId\":\" \",\"isExcluded\":\"false\",\"new\":[[{}]],\"ipAddresses\":[null,{\"ipAddress\":1}]"
            })
    void whatDefenderDoesNotSayIsNoReason(String properties) throws Exception {
        String record = "{\"id\":\"" + ID + "\",\"computerDnsName\":\"" + HOST + "\"" + properties + "}";
        simulator.failNextApiCalls(Fault.answer(
                200, "application/json", "{\"value\":[" + record + ",null,7,{\"id\":\"../x\"}],\"more\":{\"a\":[1]}}"));
        assertEquals(ID, one(HOST).id().value());
    }

    @Test
    void severalMachines() throws Exception {
        for (int i = 0; i < 15; i++) {
            machine(i, "build-07.site-" + i + ".example.com")
                    .lastSeen("2026-11-0" + (9 - i % 9) + "T08:00:00.000000" + i % 10 + "Z");
        }
        ResolvedMachine several = one("build-07");
        assertEquals(ErrorCode.AMBIGUOUS_MACHINE, several.problem().errorCode());
        String explanation = several.problem().message();
        assertTrue(
                explanation.startsWith("15 machines in Defender have the host name \"build-07\": " + id(9)
                        + " (build-07.site-9.example.com, last seen 2026-11-09T08:00:00Z, Active); "),
                explanation);
        assertTrue(explanation.endsWith("; and 5 more. Name the right one by its ID."), explanation);
        assertEquals(SingleLine.of(explanation, 5000), explanation);
        assertEquals(10, explanation.split("last seen").length - 1);
    }

    @Test
    void newestIsPickedOnlyWhenToldTo() throws Exception {
        machine(1, HOST).lastSeen("2026-11-20T08:10:59.1234566Z");
        machine(2, HOST).lastSeen("2026-11-20T08:10:59.1234567Z");
        machine(3, HOST).lastSeen(null);
        assertEquals(ErrorCode.AMBIGUOUS_MACHINE, one(HOST).problem().errorCode());
        assertEquals(id(2), newest(HOST).id().value());

        machine(4, HOST).lastSeen("2026-11-20T08:10:59.1234567Z");
        ResolvedMachine tie = newest(HOST);
        assertEquals(ErrorCode.AMBIGUOUS_MACHINE, tie.problem().errorCode());
        assertTrue(
                tie.problem().message().contains("several were seen last at the same time"),
                tie.problem().message());
        assertTrue(tie.problem().message().contains("never seen"), tie.problem().message());
    }

    @Test
    void newestIsNoInactiveOne() throws Exception {
        machine(1, HOST).lastSeen("2026-11-01T00:00:00Z");
        machine(2, HOST).lastSeen("2026-11-20T00:00:00Z").health("Inactive");
        assertEquals(id(1), newest(HOST).id().value());
    }
}
