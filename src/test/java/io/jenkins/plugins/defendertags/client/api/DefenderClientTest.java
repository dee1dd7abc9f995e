package io.jenkins.plugins.defendertags.client.api;

import static io.jenkins.plugins.defendertags.client.Simulated.ID;
import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static io.jenkins.plugins.defendertags.client.Simulated.registration;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ClientSecret;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.TagQueues;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.RefusingProxy;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DefenderClientTest {

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    private Timeouts timeouts = Timeouts.DEFAULT;
    private ProxyServer proxy;

    @AutoClose
    private final TagQueues queues = new TagQueues(() -> timeouts, host -> proxy, () -> QueueSettings.DEFAULT);

    private final DefenderClient client = queues.client();

    @BeforeEach
    void addMachine() {
        simulator.addMachine(ID, "build-07.example.com", "linux");
    }

    @Test
    void addsAndRemoves() throws Exception {
        Machine machine = client.addOrRemoveTag(registration(simulator), change("Add", "build-agent"));
        assertEquals(List.of("linux", "build-agent"), machine.tags());
        assertEquals("build-07.example.com (1e5b…cc07)", machine.toString());
        assertEquals(List.of("linux", "build-agent"), simulator.tagsOf(ID));

        assertEquals(
                List.of("build-agent"),
                client.addOrRemoveTag(registration(simulator), change("Remove", "linux"))
                        .tags());
    }

    @Test
    void signsInOnceForManyCalls() throws Exception {
        for (int i = 0; i < 5; i++) {
            client.addOrRemoveTag(registration(simulator), change("Add", "tag-" + i));
        }
        assertEquals(1, simulator.tokenCalls());
        assertEquals(5, simulator.tagCalls());
    }

    @Test
    void signsInOnceForCallersThatComeAtOnce() {
        IntStream.range(0, 8).parallel().forEach(i -> {
            try {
                client.addOrRemoveTag(registration(simulator), change("Add", "tag-" + i));
            } catch (DefenderException x) {
                throw new AssertionError(x);
            }
        });
        assertEquals(1, simulator.tokenCalls());
        assertEquals(9, simulator.tagsOf(ID).size());
    }

    @Test
    void machineIsAPlainMapUnderTheApisNames() throws Exception {
        Map<String, Object> map = client.addOrRemoveTag(registration(simulator), change("Add", "x"))
                .toMap();
        assertEquals(ID, map.get("id"));
        assertEquals("build-07.example.com", map.get("computerDnsName"));
        assertEquals(List.of("linux", "x"), map.get("machineTags"));
        assertEquals(18209, map.get("osBuild"));
        assertEquals(false, map.get("isExcluded"));
        assertFalse(map.containsKey("@odata.context"), map.toString());
        assertFalse(map.containsKey("aadDeviceId"), "a null is left out");
        map.put("mine", true); // a script may change its copy
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"id\":null,\"machineTags\":null}",
                "{\"id\":42,\"machineTags\":\"x\",\"new\":{\"a\":[1,2]}}",
                "{\"id\":\"../../x\"}"
            })
    void leanAnswerStillNamesTheMachine(String json) throws Exception {
        simulator.failNextTagCalls(Fault.answer(200, "application/json", json));
        Machine machine = client.addOrRemoveTag(registration(simulator), change("Add", "x"));
        assertEquals(ID, machine.id().value());
        assertEquals(ID, machine.toMap().get("id"));
        assertEquals(List.of(), machine.tags());
    }

    @Test
    void readsAMachine() throws Exception {
        Machine machine = client.getMachine(registration(simulator), Simulated.MACHINE);
        assertEquals(Simulated.MACHINE, machine.id());
        assertEquals(List.of("linux"), machine.tags());
        assertEquals(Instant.parse("2026-11-20T08:10:59.1234567Z"), machine.lastSeen());
        assertTrue(simulator.requests().contains("GET /api/machines/" + ID), "as documented");
    }

    @Test
    void readingAnUnknownMachine() {
        MachineId other = new MachineId("0".repeat(40));
        DefenderException x =
                assertThrows(DefenderException.class, () -> client.getMachine(registration(simulator), other));
        assertEquals(Kind.NOT_FOUND, x.kind());
        assertTrue(x.getMessage().contains("does not know the machine " + other), x.getMessage());
    }

    @Test
    void wrongSecret() {
        DefenderException x = fails(registration(simulator, "wrong-secret"));
        assertEquals(Kind.SIGN_IN, x.kind());
        assertEquals("AADSTS7000215", x.code());
        assertNotNull(x.correlationId());
        assertTrue(x.getMessage().contains("Enter the secret's value, not its ID"), x.getMessage());
        assertTrue(x.getMessage().contains(x.correlationId()), x.getMessage());
        assertFalse(x.getMessage().contains("wrong-secret"), x.getMessage());
        assertEquals(0, simulator.tagCalls());
    }

    @Test
    void wrongTenantAndClient() {
        AppRegistration right = registration(simulator);
        String guid = "00000000-0000-0000-0000-000000000000";
        assertEquals(
                "AADSTS90002",
                fails(new AppRegistration(right.cloud(), guid, right.clientId(), right.signIn()))
                        .code());
        assertEquals(
                "AADSTS700016",
                fails(new AppRegistration(right.cloud(), right.tenantId(), guid, right.signIn()))
                        .code());
    }

    @Test
    void passingTroubleOfEntraIsNoSignInError() {
        simulator.failNextTokenRequests(
                Fault.answer(
                        400,
                        "application/json",
                        "{\"error\":\"temporarily_unavailable\",\"error_description\":\"AADSTS90055: busy\"}"),
                Fault.html(503));
        assertEquals(Kind.UNAVAILABLE, fails().kind());
        assertEquals(Kind.UNAVAILABLE, fails().kind());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "",
                "{\"access_token\":\"\"}",
                "{\"access_token\":\"a b\"}",
                "{\"access_token\":\"a\\r\\nX: y\"}"
            })
    void tokenAnswerWithoutToken(String body) {
        simulator.failNextTokenRequests(Fault.answer(200, "application/json", body));
        assertEquals(Kind.NOT_UNDERSTOOD, fails().kind());
    }

    @Test
    void numbersOfATokenAnswerMayBeStrings() throws Exception {
        simulator.failNextTokenRequests(
                Fault.answer(200, "application/json", "{\"access_token\":\"t\",\"expires_in\":\"0\"}"));
        assertEquals(Kind.UNAUTHORIZED, fails().kind(), "the simulator never gave out this token");
        assertEquals(
                List.of("linux", "x"),
                client.addOrRemoveTag(registration(simulator), change("Add", "x"))
                        .tags());
    }

    @Test
    void missingPermissionSaysWhatToGrant() {
        simulator.grantRoles("Machine.Read.All");
        DefenderException x = fails();
        assertEquals(Kind.FORBIDDEN, x.kind());
        assertEquals("Forbidden", x.code());
        assertTrue(x.getMessage().contains("Missing application roles"), x.getMessage());
        assertTrue(x.getMessage().contains("grant admin consent"), x.getMessage());
    }

    @Test
    void newConsentShowsWithoutARestart() throws Exception {
        simulator.grantRoles("");
        fails();
        simulator.grantRoles("Machine.ReadWrite.All");
        client.addOrRemoveTag(registration(simulator), change("Add", "x"));
        assertEquals(2, simulator.tokenCalls(), "a new consent shows only in a new token");
    }

    @Test
    void unknownMachine() {
        MachineId other = new MachineId("0".repeat(40));
        DefenderException x = assertThrows(
                DefenderException.class,
                () -> client.addOrRemoveTag(
                        registration(simulator), new TagChange(TagAction.ADD, new Tag("x"), other)));
        assertEquals(Kind.NOT_FOUND, x.kind());
        assertEquals("ResourceNotFound", x.code());
        assertTrue(x.getMessage().contains(other.value()), x.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "400,InvalidRequestBody,REFUSED",
        "401,Unauthorized,UNAUTHORIZED",
        "429,TooManyRequests,THROTTLED",
        "500,InternalServerError,UNAVAILABLE"
    })
    void errorEnvelope(int status, String code, Kind kind) {
        simulator.failNextTagCalls(Fault.defenderError(status, code, "Something\nwent <b>wrong</b>"));
        DefenderException x = fails();
        assertEquals(kind, x.kind());
        assertEquals(code, x.code());
        assertEquals(SingleLine.of(x.getMessage(), 2000), x.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 403, 404})
    void htmlIsNotDefender(int status) {
        simulator.failNextTagCalls(Fault.html(status));
        DefenderException x = fails();
        assertEquals(Kind.NOT_UNDERSTOOD, x.kind());
        assertTrue(x.getMessage().contains("HTTP " + status + " with an HTML page"), x.getMessage());
        assertFalse(x.getMessage().contains("guest network"), "a body never reaches a message");
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void gatewayTroubleWithoutEnvelope(int status) {
        simulator.failNextTagCalls(Fault.answer(status, "text/html", ""));
        assertEquals(Kind.UNAVAILABLE, fails().kind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"x\"", "{\"id\":", "\u0000\u0001"})
    void successWithoutJsonObject(String body) {
        simulator.failNextTagCalls(Fault.answer(200, "application/json", body));
        assertEquals(Kind.NOT_UNDERSTOOD, fails().kind());
    }

    @Test
    void bodyCutShort() {
        simulator.failNextTagCalls(Fault.cutShort());
        DefenderException x = fails();
        assertEquals(Kind.NO_ANSWER, x.kind());
        assertTrue(x.getMessage().contains("was cut short"), x.getMessage());
    }

    @Test
    void bodyOf50Megabytes() {
        simulator.failNextTagCalls(Fault.huge(50));
        DefenderException x = fails();
        assertEquals(Kind.NOT_UNDERSTOOD, x.kind());
        assertTrue(x.getMessage().contains("more than 32 MB"), x.getMessage());
    }

    @Test
    void noAnswerInTime() {
        timeouts = new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(1));
        simulator.failNextTagCalls(Fault.silence());
        assertTrue(fails().getMessage().contains("gave no complete answer within 1 s"));
    }

    @Test
    void answerThatDripsIsNoAnswer() {
        timeouts = new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(1));
        simulator.failNextTagCalls(Fault.drip(100));
        assertTrue(fails().getMessage().contains("gave no complete answer within 1 s"));
    }

    @Test
    void nobodyListens() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        String url = "http://localhost:" + port;
        AppRegistration nowhere = new AppRegistration(
                Cloud.of("nowhere", "", url, url, "x/.default", null),
                DefenderSimulator.TENANT,
                DefenderSimulator.CLIENT,
                new ClientSecret("x"));
        DefenderException x = fails(nowhere);
        assertEquals(Kind.NO_ANSWER, x.kind());
        assertTrue(x.getMessage().startsWith("No connection to localhost."), x.getMessage());
    }

    @Test
    void redirectIsNotFollowed() {
        simulator.failNextTagCalls(exchange -> {
            exchange.getResponseHeaders().set("Location", simulator.url() + "/elsewhere");
            exchange.sendResponseHeaders(307, -1);
        });
        assertEquals(Kind.NOT_UNDERSTOOD, fails().kind());
        assertFalse(simulator.requests().contains("POST /elsewhere"), "a token must not go where an answer says");
    }

    @ParameterizedTest
    @CsvSource({"403,Have login.microsoftonline.com allowed", "407,user name and password"})
    void proxyThatRefusesTheTunnel(int status, String remedy) throws Exception {
        try (RefusingProxy refusing = new RefusingProxy(status)) {
            proxy = new ProxyServer("localhost", refusing.port(), "user", "proxy-password");
            AppRegistration real = new AppRegistration(
                    Cloud.PRESETS.get(0), DefenderSimulator.TENANT, DefenderSimulator.CLIENT, new ClientSecret("x"));
            DefenderException x = fails(real);
            assertEquals(Kind.UNREACHABLE, x.kind());
            assertTrue(x.getMessage().contains("The proxy localhost:" + refusing.port()), x.getMessage());
            assertTrue(x.getMessage().contains(remedy), x.getMessage());
            assertFalse(x.getMessage().contains("proxy-password"), x.getMessage());
            assertEquals(
                    "CONNECT login.microsoftonline.com:443 HTTP/1.1",
                    refusing.requests().get(0));
        }
    }

    @Test
    void proxyThatRefusesPlainHttp() throws Exception {
        try (RefusingProxy refusing = new RefusingProxy(407)) {
            proxy = new ProxyServer("localhost", refusing.port(), null, null);
            assertTrue(fails().getMessage().contains("user name and password"));
            assertEquals(List.of(), simulator.requests());
        }
    }

    private DefenderException fails() {
        return fails(registration(simulator));
    }

    private DefenderException fails(AppRegistration registration) {
        return assertThrows(DefenderException.class, () -> client.addOrRemoveTag(registration, change("Add", "x")));
    }
}
