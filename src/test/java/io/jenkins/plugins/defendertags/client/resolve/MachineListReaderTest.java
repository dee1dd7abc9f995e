package io.jenkins.plugins.defendertags.client.resolve;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the resolver reads Defender's lists, and what it makes of answers that are no such list. */
class MachineListReaderTest extends ResolverTests {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ambiguityMayShowOnTheLastPage(boolean nextLinks) throws Exception {
        int others = nextLinks ? 8 : MachineListQuery.PAGE - 1;
        simulator.machines().setPageSize(nextLinks ? 2 : MachineListQuery.PAGE);
        simulator.machines().setNextLinks(nextLinks);
        machine(0, HOST);
        IntStream.rangeClosed(1, others).forEach(i -> machine(i, "build-07x"));
        simulator.addMachine(ID, HOST);
        Resolution resolution = resolve("build-07");
        assertEquals(
                ErrorCode.AMBIGUOUS_MACHINE,
                resolution.machines().get(0).problem().errorCode());
        assertEquals(nextLinks ? 5 : 2, resolution.calls());
    }

    @Test
    void exactlyOneFullPageIsTheWholeList() throws Exception {
        simulator.machines().setNextLinks(false);
        simulator.machines().setEmptyListIs404(true);
        IntStream.range(0, MachineListQuery.PAGE).forEach(i -> machine(i, "build-" + i));
        assertEquals(id(7), one("build-7").id().value());
        simulator.machines().clear();
        IntStream.range(0, MachineListQuery.PAGE).forEach(i -> machine(i, "build-07-" + i));
        assertEquals(ErrorCode.UNKNOWN_MACHINE, one("build-07").problem().errorCode());
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
    void fewNamesShareOneCallAndManyTheInventory() throws Exception {
        simulator.addMachine(ID, HOST);
        List<String> names = new ArrayList<>(List.of(ID, "n0", "N0"));
        IntStream.range(0, 20).forEach(i -> names.add("n" + i));
        assertEquals(1, resolve(names.toArray(String[]::new)).calls());
        assertTrue(simulator.requests().get(1).contains("$filter"));
        IntStream.range(20, 400).forEach(i -> names.add("n" + i));
        names.add(HOST);
        Resolution resolution = resolve(names.toArray(String[]::new));
        assertEquals(1, resolution.calls());
        assertEquals(ID, resolution.machines().get(names.size() - 1).id().value());
        assertEquals("n0", resolution.machines().get(1).name().value());
        assertEquals(
                ErrorCode.UNKNOWN_MACHINE,
                resolution.machines().get(1).problem().errorCode());
    }

    @Test
    void inventoryThatIsLargerThanAFewFiltersIsGivenUp() throws Exception {
        simulator.machines().setPageSize(10);
        IntStream.range(0, 200).forEach(i -> machine(i, "m" + i));
        String[] names = IntStream.range(0, 150).mapToObj(i -> "m" + i).toArray(String[]::new);
        Resolution resolution = resolve(names);
        assertEquals(id(149), resolution.machines().get(149).id().value());
        assertTrue(resolution.calls() <= 6 + 30, resolution.calls() + " calls");
        assertTrue(requestsWithoutFilter() <= 4);
        long before = requestsWithoutFilter();
        resolve(names);
        assertEquals(before, requestsWithoutFilter(), "remembered");
    }

    private long requestsWithoutFilter() {
        return simulator.requests().stream()
                .filter(request -> request.startsWith("GET") && !request.contains("$filter"))
                .count();
    }

    @Test
    void pageThatIsTooLargeIsAskedForAgainSmaller() throws Exception {
        simulator.machines().refuseLargePages(2_000, Fault.huge(33));
        IntStream.range(0, 2_500).forEach(i -> machine(i, "m" + i));
        String[] names = IntStream.range(0, 400).mapToObj(i -> "m" + i).toArray(String[]::new);
        Resolution resolution = resolve(names);
        assertEquals(id(399), resolution.machines().get(399).id().value());
        assertEquals(3 + 3, resolution.calls(), "10,000, 5,000, 2,500 are too large, 1,250 is not");
        assertEquals(3, resolve(names).calls(), "remembered");
    }

    @Test
    void pageThatIsTooSlowIsAskedForAgainSmaller() throws Exception {
        simulated.timeouts = new Timeouts(Duration.ofSeconds(10), Duration.ofMillis(500));
        simulator.machines().refuseLargePages(2_000, Fault.silence());
        IntStream.range(0, 2_500).forEach(i -> machine(i, "m" + i));
        String[] names = IntStream.range(0, 400).mapToObj(i -> "m" + i).toArray(String[]::new);
        assertEquals(id(399), resolve(names).machines().get(399).id().value());
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
        assertEquals(SingleLine.of(x.getMessage(), 2000), x.getMessage());
    }

    @Test
    void hostOfTheNextPageInAnyCase() throws Exception {
        simulator.addMachine(ID, HOST);
        simulator.failNextApiCalls(page(
                "{}",
                simulator.url().replace("localhost", "LocalHost") + "/api/machines?$filter=computerDnsName%20eq%20'"
                        + HOST + "'"));
        assertEquals(ID, one(HOST).id().value());
    }

    @Test
    void listThatNamesTheSamePageAgainEndsAtOnce() {
        simulator.failApiCalls(page("{}", simulator.url() + "/api/machines?$filter=&$skip=1"));
        assertRepeats("sent the same page of its list of machines twice");
        simulator.failApiCalls(page("", simulator.url() + "/api/machines?$filter=&$skip=1"));
        assertRepeats("continues its list of machines with a page that was read before");
    }

    private void assertRepeats(String message) {
        long before = simulator.apiCalls();
        DefenderException x = assertThrows(DefenderException.class, () -> resolve(HOST));
        assertEquals(Kind.NOT_UNDERSTOOD, x.kind());
        assertTrue(x.getMessage().contains(message), x.getMessage());
        assertEquals(2, simulator.apiCalls() - before);
    }

    @Test
    void listWithoutEndEndsAfterAHundredPages() {
        IntStream.range(0, 101)
                .forEach(i -> simulator.failNextApiCalls(
                        page("{\"id\":\"" + i + "\"}", simulator.url() + "/api/machines?$filter=&$skip=" + (i + 1))));
        DefenderException x = assertThrows(DefenderException.class, () -> resolve(HOST));
        assertEquals(Kind.NOT_UNDERSTOOD, x.kind());
        assertTrue(x.getMessage().contains("no end of its list of machines within 100 pages"), x.getMessage());
        assertEquals(100, simulator.apiCalls());
    }

    @Test
    void linkThatLostItsFilterIsReplaced() throws Exception {
        IntStream.range(0, 4).forEach(i -> machine(i, HOST + i));
        simulator.addMachine(ID, HOST);
        machine(5, HOST).health("Inactive");
        simulator.failNextApiCalls(page(
                "{\"id\":\"" + ID + "\",\"computerDnsName\":\"" + HOST + "\"}", simulator.url() + "/api/machines"));
        assertEquals(ID, one(HOST).id().value());
        assertTrue(
                simulator.requests().get(2).endsWith("$skip=1"),
                simulator.requests().get(2));
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
        assertEquals(2, resolution.calls());
        assertEquals(2, simulator.tokenCalls());
    }

    @ParameterizedTest
    @CsvSource({"401,UNAUTHORIZED,2", "403,FORBIDDEN,1"})
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
}
