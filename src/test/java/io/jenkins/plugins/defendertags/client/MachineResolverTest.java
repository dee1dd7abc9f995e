package io.jenkins.plugins.defendertags.client;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static io.jenkins.plugins.defendertags.client.Simulated.registration;
import static io.jenkins.plugins.defendertags.client.SimulatedQueue.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.MachineResolver.Resolution;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.SimulatedMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MachineResolverTest {

    private static final String HOST = "build-07.example.com";

    @AutoClose
    private final SimulatedQueue simulated = new SimulatedQueue();

    private final DefenderSimulator simulator = simulated.simulator;
    private final MachineResolver resolver = simulated.resolver;

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
        assertEquals(3, resolution.calls(), "a name that comes twice is looked up once");
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
        for (String name : List.of("nobody.example.com", "build-0", "build-07.example", "10.9.9.9", "::9", "Nobody")) {
            ResolvedMachine machine = one(name);
            assertEquals(Topic.UNKNOWN_MACHINE, machine.problem().topic());
            assertNull(machine.id());
            assertTrue(
                    machine.problem().message().contains("\"" + name + "\". Check the spelling"),
                    machine.problem().message());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "O'Brien",
                "''",
                "100%",
                "%27 or 1 eq 1",
                "a/../b",
                "a b+c",
                "标签",
                "\uD83D\uDE00",
                "x') or startswith(computerDnsName,'",
                "a&$filter=b",
                "#?&=",
                "<b>\"\\"
            })
    void anyCharacterIsEscaped(String label) throws Exception {
        simulator.addMachine(ID, label);
        machine(1, "quite.different");
        assertEquals(ID, one(label).id().value());
        machine(2, label + ".example.com");
        assertEquals(id(2), one(label + ".example.com").id().value());
        assertFalse(simulator.requests().stream().anyMatch(request -> request.contains("+")), "a space is %20");
    }

    @Test
    void requestsAreThoseOfTheDocumentation() throws Exception {
        resolve("o'b.example.com", "o'b", "fe80::1");
        String machines = "GET /api/machines";
        List<String> requests = simulator.requests().stream()
                .filter(request -> request.startsWith("GET"))
                .toList();
        assertEquals(
                List.of(
                        machines + "?$filter=computerDnsName%20eq%20%27o%27%27b.example.com%27&$top=10000",
                        machines + "?$filter=startswith%28computerDnsName%2C%27o%27%27b%27%29&$top=10000",
                        machines + "?$filter=lastIpAddress%20eq%20%27fe80%3A%3A1%27&$top=10000"),
                requests.subList(0, 3));
        assertTrue(
                requests.get(3)
                        .matches(
                                "GET /api/machines/findbyip\\(ip='fe80::1',timestamp=\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\\)"),
                requests.get(3));
        assertEquals(4, requests.size());
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
        assertEquals(Topic.UNKNOWN_MACHINE, one("10.0.0.5").problem().topic());
    }

    @Test
    void recordsThatDoNotCount() throws Exception {
        machine(1, HOST).mergedInto(ID);
        machine(2, HOST).excluded();
        machine(3, HOST).onboarding("CanBeOnboarded");
        machine(4, HOST).health("INACTIVE");
        machine(5, HOST).health("Inactive").mergedInto(ID);
        ResolvedMachine none = one(HOST);
        assertEquals(Topic.UNKNOWN_MACHINE, none.problem().topic());
        assertEquals(
                "No active machine in Defender has the DNS name \"build-07.example.com\"; records that do not count:"
                        + " 2 merged into another machine, 1 excluded, 1 not onboarded, 1 inactive. If an inactive machine"
                        + " is really meant, name it by its ID: " + id(4)
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
        assertEquals(Topic.AMBIGUOUS_MACHINE, several.problem().topic());
        String explanation = several.problem().message();
        assertTrue(
                explanation.startsWith("15 machines in Defender have the host name \"build-07\": " + id(9)
                        + " (build-07.site-9.example.com, last seen 2026-11-09T08:00:00Z, Active); "),
                explanation);
        assertTrue(explanation.endsWith("; and 5 more. Name the one that is meant by its ID."), explanation);
        assertEquals(OneLine.of(explanation, 5000), explanation);
        assertEquals(10, explanation.split("last seen").length - 1);
    }

    @Test
    void newestIsPickedOnlyWhenToldTo() throws Exception {
        machine(1, HOST).lastSeen("2026-11-20T08:10:59.1234566Z");
        machine(2, HOST).lastSeen("2026-11-20T08:10:59.1234567Z");
        machine(3, HOST).lastSeen(null);
        assertEquals(Topic.AMBIGUOUS_MACHINE, one(HOST).problem().topic());
        assertEquals(id(2), newest(HOST).id().value());

        machine(4, HOST).lastSeen("2026-11-20T08:10:59.1234567Z");
        ResolvedMachine tie = newest(HOST);
        assertEquals(Topic.AMBIGUOUS_MACHINE, tie.problem().topic());
        assertTrue(
                tie.problem().message().contains("no single one was seen last"),
                tie.problem().message());
        assertTrue(tie.problem().message().contains("never seen"), tie.problem().message());
    }

    @Test
    void newestIsNoInactiveOne() throws Exception {
        machine(1, HOST).lastSeen("2026-11-01T00:00:00Z");
        machine(2, HOST).lastSeen("2026-11-20T00:00:00Z").health("Inactive");
        assertEquals(id(1), newest(HOST).id().value());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ambiguityMayShowOnTheLastPage(boolean nextLinks) throws Exception {
        int others = nextLinks ? 8 : MachineQuery.PAGE - 1;
        simulator.machines().setPageSize(nextLinks ? 2 : MachineQuery.PAGE);
        simulator.machines().setNextLinks(nextLinks);
        machine(0, HOST);
        IntStream.rangeClosed(1, others).forEach(i -> machine(i, "build-07x"));
        simulator.addMachine(ID, HOST);
        Resolution resolution = resolve("build-07");
        assertEquals(
                Topic.AMBIGUOUS_MACHINE, resolution.machines().get(0).problem().topic());
        assertEquals(nextLinks ? 5 : 2, resolution.calls());
    }

    @Test
    void exactlyOneFullPageIsTheWholeList() throws Exception {
        simulator.machines().setNextLinks(false);
        simulator.machines().setEmptyListIs404(true);
        IntStream.range(0, MachineQuery.PAGE).forEach(i -> machine(i, "build-" + i));
        assertEquals(id(7), one("build-7").id().value());
        simulator.machines().clear();
        IntStream.range(0, MachineQuery.PAGE).forEach(i -> machine(i, "build-07-" + i));
        assertEquals(Topic.UNKNOWN_MACHINE, one("build-07").problem().topic());
    }

    @Test
    void machineThatMovesToAnotherPageWhileItIsReadIsOneMachine() throws Exception {
        String record = "{\"id\":\"" + ID + "\",\"computerDnsName\":\"" + HOST + "\"}";
        simulator.failNextApiCalls(
                page(record, simulator.url() + "/api/machines?$skip=1"),
                page(record.replace(ID, ID.toUpperCase()), null));
        assertEquals(ID, one(HOST).id().value());
    }

    @Test
    void manyNamesAreLookedUpInTheInventory() throws Exception {
        IntStream.range(0, 2_500)
                .forEach(i -> machine(i, "build-" + i + ".example.com")
                        .ipAddresses("10.1." + i / 250 + "." + i % 250, "2001:db8::" + Integer.toHexString(i + 1)));
        simulator.machines().setPageSize(1_000);
        List<String> names = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            names.add(
                    switch (i % 5) {
                        case 0 -> "Build-" + i + ".example.com";
                        case 1 -> "build-" + i;
                        case 2 -> "10.1." + i / 250 + "." + i % 250;
                        case 3 -> "2001:DB8:0::" + Integer.toHexString(i + 1);
                        default -> id(i);
                    });
            ids.add(id(i));
        }
        Resolution resolution = resolve(names.toArray(String[]::new));
        assertEquals(
                ids,
                resolution.machines().stream()
                        .map(machine -> machine.id().value())
                        .toList());
        assertEquals(3, resolution.calls());
        assertEquals(3, simulator.apiCalls());
    }

    @Test
    void thresholdOfTheInventory() throws Exception {
        simulator.addMachine(ID, HOST);
        List<String> names = new ArrayList<>(List.of(ID, "n0", "N0"));
        IntStream.range(0, MachineResolver.ONE_BY_ONE).forEach(i -> names.add("n" + i));
        assertEquals(
                MachineResolver.ONE_BY_ONE,
                resolve(names.toArray(String[]::new)).calls());
        names.add(HOST);
        Resolution resolution = resolve(names.toArray(String[]::new));
        assertEquals(1, resolution.calls());
        assertEquals(ID, resolution.machines().get(names.size() - 1).id().value());
        assertEquals("n0", resolution.machines().get(1).name().value());
        assertEquals(
                Topic.UNKNOWN_MACHINE, resolution.machines().get(1).problem().topic());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void emptyInventory(boolean emptyListIs404) throws Exception {
        simulator.machines().setEmptyListIs404(emptyListIs404);
        String[] names = IntStream.range(0, 30).mapToObj(i -> "n" + i).toArray(String[]::new);
        assertTrue(resolve(names).machines().stream().allMatch(ResolvedMachine::isUnknown));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example.com/api/machines?$skip=1",
                "http://evil.example.com:%d/api/machines",
                "https://localhost:%d/api/machines",
                "http://localhost:1/api/machines",
                "http://localhost/api/machines",
                "http://localhost:%d@evil.example.com/api/machines",
                "http://user@localhost:%d/api/machines",
                "http://localhost:%d/login/api/machines",
                "http://localhost:%d/api/../login/machines",
                "http://localhost:%d.evil.example.com/api/machines",
                "//evil.example.com/api/machines",
                "/api/machines",
                "file:/api/machines",
                "mailto:localhost",
                "http://localhost:%d\\@evil.example.com/api/",
                " ",
                ""
            })
    void listThatGoesOnElsewhereIsNotFollowed(String link) {
        String port = simulator.url().replaceAll(".*:", "");
        simulator.failApiCalls(page("{}", link.replace("%d", port)));
        DefenderException x = assertThrows(DefenderException.class, () -> resolve(HOST));
        assertEquals(Kind.NOT_UNDERSTOOD, x.kind());
        assertTrue(x.getMessage().contains("The token was not sent there."), x.getMessage());
        assertEquals(OneLine.of(x.getMessage(), 2000), x.getMessage());
    }

    @Test
    void hostOfTheNextPageInAnyCase() throws Exception {
        simulator.addMachine(ID, HOST);
        simulator.failNextApiCalls(page("{}", simulator.url().replace("localhost", "LocalHost") + "/api/machines"));
        assertEquals(ID, one(HOST).id().value());
    }

    @Test
    void listWithoutEnd() {
        Fault again = page("{}", simulator.url() + "/api/machines?$skip=0");
        IntStream.range(0, MachineLists.MAX_PAGES + 1).forEach(i -> simulator.failNextApiCalls(again));
        DefenderException x = assertThrows(DefenderException.class, () -> resolve(HOST));
        assertEquals(Kind.NOT_UNDERSTOOD, x.kind());
        assertTrue(x.getMessage().contains("no end of its list of machines within 100 pages"), x.getMessage());
        assertEquals(MachineLists.MAX_PAGES, simulator.apiCalls());
    }

    @Test
    void pageThatWasPromisedMustCome() {
        simulator.failNextApiCalls(
                page("{}", simulator.url() + "/api/machines?$skip=1"), Fault.defenderError(404, "NotFound", "gone"));
        assertEquals(
                Kind.NOT_FOUND,
                assertThrows(DefenderException.class, () -> resolve(HOST)).kind());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"value\":null}",
                "{\"value\":{}}",
                "{\"value\":[",
                "{\"value\":[{\"id\":",
                "{\"value\":[]",
                "{\"id\":\"x\"}",
                "<html>"
            })
    void answerThatIsNoList(String body) {
        simulator.failApiCalls(Fault.answer(200, "application/json", body));
        DefenderException x = assertThrows(DefenderException.class, () -> resolve(HOST));
        assertEquals(Kind.NOT_UNDERSTOOD, x.kind());
        assertTrue(x.getMessage().contains("instead of a list of machines"), x.getMessage());
    }

    @Test
    void htmlThatSaysNotFoundIsNoEmptyList() {
        simulator.failApiCalls(Fault.html(404));
        assertEquals(
                Kind.NOT_UNDERSTOOD,
                assertThrows(DefenderException.class, () -> resolve(HOST)).kind());
    }

    @Test
    void revokedTokenIsRenewedOnce() throws Exception {
        simulator.addMachine(ID, HOST);
        resolve(HOST);
        simulator.revokeTokens();
        Resolution resolution = resolve(HOST, "nobody");
        assertEquals(ID, resolution.machines().get(0).id().value());
        assertEquals(3, resolution.calls());
        assertEquals(2, simulator.tokenCalls());
    }

    @ParameterizedTest
    @CsvSource({"401,UNAUTHORIZED,2", "403,FORBIDDEN,1", "400,REFUSED,1"})
    void failureOfACallIsNoAnswer(int status, Kind kind, int calls) {
        simulator.addMachine(ID, HOST);
        simulator.failApiCalls(Fault.defenderError(status, "Code", "No."));
        assertEquals(
                kind, assertThrows(DefenderException.class, () -> resolve(HOST)).kind());
        assertEquals(calls, simulator.apiCalls());
    }

    @Test
    void passingTroubleIsOvercome() throws Exception {
        simulator.addMachine(ID, HOST);
        simulator.failNextApiCalls(
                Fault.defenderError(503, "ServiceUnavailable", "Busy"), Fault.cutShort(), Fault.closed());
        Resolution resolution = resolve(HOST);
        assertEquals(ID, resolution.machines().get(0).id().value());
        assertEquals(4, resolution.calls());
    }

    @Test
    void permissionToReadIsEnough() throws Exception {
        simulator.addMachine(ID, HOST);
        simulator.grantRoles("Machine.Read.All");
        assertEquals(ID, one(HOST).id().value());
    }

    @Test
    void manyThreadsShareAResolver() {
        IntStream.range(0, 50).forEach(i -> machine(i, "build-" + i + ".example.com"));
        IntStream.range(0, 50).parallel().forEach(i -> {
            try {
                assertEquals(id(i), one("build-" + i).id().value());
            } catch (DefenderException x) {
                throw new AssertionError(x);
            }
        });
        assertEquals(1, simulator.tokenCalls());
    }

    private SimulatedMachine machine(int number, String name) {
        return simulator.addMachine(id(number), name);
    }

    private static String id(int number) {
        return String.format("%040x", number);
    }

    private static Fault page(String record, String next) {
        String link = next == null ? "null" : "\"" + next.replace("\\", "\\\\") + "\"";
        return Fault.answer(200, "application/json", "{\"@odata.nextLink\":" + link + ",\"value\":[" + record + "]}");
    }

    private static ResolvedMachine found(String name, String id) {
        return new ResolvedMachine(new MachineName(name), new MachineId(id), null);
    }

    private ResolvedMachine one(String name) throws DefenderException {
        return resolve(name).machines().get(0);
    }

    private ResolvedMachine newest(String name) throws DefenderException {
        return await(resolver.resolve(registration(simulator), List.of(new MachineName(name)), true))
                .machines()
                .get(0);
    }

    private Resolution resolve(String... names) throws DefenderException {
        return await(resolver.resolve(
                registration(simulator), Stream.of(names).map(MachineName::new).toList(), false));
    }
}
