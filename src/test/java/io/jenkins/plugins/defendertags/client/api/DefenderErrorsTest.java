package io.jenkins.plugins.defendertags.client.api;

import static io.jenkins.plugins.defendertags.client.Simulated.registration;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefenderErrorsTest extends ClientTests {

    private static final MachineId NOBODY = new MachineId("0".repeat(40));
    private static final String GRANT = "grant admin consent";

    @ParameterizedTest
    @CsvSource({
        "400,InvalidRequestBody,REFUSED,INVALID_REQUEST_BODY",
        "400,Whatever,REFUSED,BAD_REQUEST",
        "401,Unauthorized,UNAUTHORIZED,UNAUTHORIZED",
        "403,Forbidden,FORBIDDEN,FORBIDDEN",
        "404,NotFound,NOT_FOUND,NOT_FOUND",
        "429,TooManyRequests,THROTTLED,TOO_MANY_REQUESTS",
        "429,429,THROTTLED,TOO_MANY_REQUESTS",
        "500,InternalServerError,UNAVAILABLE,UNAVAILABLE"
    })
    void envelopeOfDefenderIsUnderstood(int status, String code, Kind kind, ErrorCode errorCode) {
        simulator.failNextApiCalls(Fault.defenderError(status, code, "Something\nwent <b>wrong</b>"));
        DefenderException failure = fails();
        assertEquals(kind, failure.kind());
        assertEquals(code, failure.code());
        assertEquals(errorCode, failure.errorCode());
    }

    static Stream<Arguments> answersWithoutEnvelope() {
        String message = "Access denied due to missing key";
        return Stream.of(
                Arguments.of(
                        401, Fault.empty(401), Kind.UNAUTHORIZED, "answered HTTP 401. Check that the credential's"),
                Arguments.of(
                        401, Fault.gatewayJson(401, message), Kind.UNAUTHORIZED, "HTTP 401: " + message + ". Check"),
                Arguments.of(401, Fault.answer(401, "text/plain", "no"), Kind.UNAUTHORIZED, "active license"),
                Arguments.of(403, Fault.empty(403), Kind.FORBIDDEN, GRANT),
                Arguments.of(
                        403, Fault.gatewayJson(403, message), Kind.FORBIDDEN, "HTTP 403: " + message + ". In Entra"),
                Arguments.of(404, Fault.empty(404), Kind.NOT_UNDERSTOOD, "HTTP 404 with an empty body instead of"),
                Arguments.of(404, Fault.gatewayJson(404, message), Kind.NOT_UNDERSTOOD, "HTTP 404 with 63 bytes of"),
                Arguments.of(429, Fault.empty(429), Kind.THROTTLED, "answered HTTP 429. The rate limit"),
                Arguments.of(429, Fault.gatewayJson(429, message), Kind.THROTTLED, "HTTP 429: " + message),
                Arguments.of(400, Fault.empty(400), Kind.REFUSED, "HTTP 400 with an empty body"),
                Arguments.of(400, Fault.html(400), Kind.REFUSED, "HTTP 400 with an HTML page"),
                Arguments.of(414, Fault.html(414), Kind.REFUSED, "HTTP 414 with an HTML page"),
                Arguments.of(502, Fault.answer(502, "text/html", ""), Kind.UNAVAILABLE, "HTTP 502. Try again later."),
                Arguments.of(503, Fault.html(503), Kind.UNAVAILABLE, "HTTP 503. Try again later."),
                Arguments.of(504, Fault.empty(504), Kind.UNAVAILABLE, "HTTP 504. Try again later."));
    }

    @ParameterizedTest(name = "{0} -> {2}: {3}")
    @MethodSource("answersWithoutEnvelope")
    void statusDecidesWhereItIsConclusive(int status, Fault fault, Kind kind, String part) {
        simulator.failNextApiCalls(fault);
        DefenderException failure = fails();
        assertEquals(kind, failure.kind());
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
        assertNull(failure.code());
        boolean blamesProxy = failure.getMessage().contains("proxy");
        assertEquals(failure.errorCode() == ErrorCode.NOT_UNDERSTOOD, blamesProxy, failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 401, 403, 404})
    void webPageIsBlamedOnAProxy(int status) {
        simulator.failNextApiCalls(Fault.html(status));
        DefenderException failure = fails();
        assertEquals(Kind.NOT_UNDERSTOOD, failure.kind());
        assertTrue(failure.getMessage().contains("HTTP " + status + " with an HTML page"), failure.getMessage());
        assertFalse(failure.getMessage().contains("guest network"), "no body is shown");
    }

    @Test
    void webPageIsRecognizedWithoutItsType() {
        simulator.failNextApiCalls(Fault.answer(403, "text/plain", "\n <!DOCTYPE html><html></html>"));
        assertTrue(fails().getMessage().contains("HTTP 403 with an HTML page"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"x\"", "{\"id\":", "\u0000\u0001"})
    void successWithoutAMachineIsNotUnderstood(String body) {
        simulator.failNextApiCalls(Fault.answer(200, "application/json", body));
        assertEquals(Kind.NOT_UNDERSTOOD, fails().kind());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void unknownMachineIsNamed(boolean read) {
        DefenderException failure = assertThrows(DefenderException.class, () -> {
            if (read) {
                client.getMachine(registration(simulator), NOBODY);
            } else {
                client.addOrRemoveTag(registration(simulator), new TagChange(TagAction.ADD, new Tag("x"), NOBODY));
            }
        });
        assertEquals(Kind.NOT_FOUND, failure.kind());
        assertEquals("ResourceNotFound", failure.code());
        assertTrue(
                failure.getMessage().startsWith("Defender does not know the machine " + NOBODY + "."),
                failure.getMessage());
    }

    @Test
    void missingPermissionSaysWhatToGrant() {
        simulator.grantRoles("Machine.Read.All");
        DefenderException failure = fails();
        assertEquals(Kind.FORBIDDEN, failure.kind());
        assertTrue(failure.getMessage().contains("Missing application roles"), failure.getMessage());
        assertTrue(failure.getMessage().contains(GRANT), failure.getMessage());
    }
}
