package io.jenkins.plugins.defendertags.client.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EntraErrorsTest extends SignInTests {

    private static final String GUID = "00000000-0000-0000-0000-000000000000";

    @Test
    void wrongSecretIsNotShown() {
        DefenderException failure = fails(registration(new ClientSecret("wrong-secret")));
        assertEquals(Kind.SIGN_IN, failure.kind());
        assertEquals("AADSTS7000215", failure.code());
        assertNotNull(failure.correlationId());
        String message = failure.getMessage();
        assertTrue(
                message.startsWith("Sign-in to Entra failed for the app registration " + DefenderSimulator.CLIENT
                        + " of tenant " + DefenderSimulator.TENANT + ". The client secret is wrong."),
                message);
        assertTrue(message.contains("Enter the secret's value, not its ID"), message);
        assertTrue(message.endsWith("[code AADSTS7000215, correlation ID " + failure.correlationId() + "]"), message);
        assertFalse(message.contains("wrong-secret"), message);
        assertEquals(0, simulator.apiCalls());
    }

    @Test
    void clientSecretMustNotBeEmpty() {
        String message = assertThrows(IllegalArgumentException.class, () -> new ClientSecret(" "))
                .getMessage();
        assertTrue(message.startsWith("The app registration has no client secret."), message);
    }

    @ParameterizedTest
    @CsvSource({
        GUID + "," + DefenderSimulator.CLIENT + ",AADSTS90002,Check the tenant ID and the cloud",
        DefenderSimulator.TENANT + "," + GUID + ",AADSTS700016,Check the client ID"
    })
    void wrongIdIsNamed(String tenant, String client, String code, String remedy) {
        assertRefused(code, remedy, new AppRegistration(Simulated.cloud(simulator), tenant, client, SECRET));
    }

    static Stream<Arguments> answersWithoutToken() {
        return Stream.of(
                answer(200, "{}", Kind.NOT_UNDERSTOOD, "without an access token"),
                answer(200, "[]", Kind.NOT_UNDERSTOOD, "instead of JSON"),
                answer(200, "", Kind.NOT_UNDERSTOOD, "an empty body"),
                answer(200, "{\"access_token\":\"\"}", Kind.NOT_UNDERSTOOD, "without an access token"),
                answer(200, "{\"access_token\":\"a b\"}", Kind.NOT_UNDERSTOOD, "without an access token"),
                answer(200, "{\"access_token\":\"a\\r\\nX: y\"}", Kind.NOT_UNDERSTOOD, "without an access token"),
                answer(400, "{}", Kind.NOT_UNDERSTOOD, "instead of a token"),
                answer(401, "", Kind.SIGN_IN, "(HTTP 401). Check the app registration in Entra and in Jenkins."),
                answer(403, "{\"statusCode\":403,\"message\":\"no\"}", Kind.SIGN_IN, "(HTTP 403). Check the app"),
                answer(403, "<html>", Kind.NOT_UNDERSTOOD, "HTTP 403 with an HTML page"),
                answer(
                        429,
                        "{\"error\":\"too_many_requests\"}",
                        Kind.UNAVAILABLE,
                        "not available at the moment (HTTP 429)"),
                answer(503, "<html>", Kind.UNAVAILABLE, "not available at the moment (HTTP 503). Try again later."),
                answer(
                        400,
                        "{\"error\":\"temporarily_unavailable\",\"error_description\":\"AADSTS90055: busy\"}",
                        Kind.UNAVAILABLE,
                        "[code AADSTS90055]"));
    }

    private static Arguments answer(int status, String body, Kind kind, String part) {
        return Arguments.of(status, body, kind, part);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("answersWithoutToken")
    void answerWithoutTokenIsExplained(int status, String body, Kind kind, String part) {
        simulator.failNextTokenRequests(Fault.answer(status, "application/json", body));
        DefenderException failure = fails(registration(SECRET));
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
        assertEquals(kind, failure.kind());
    }
}
