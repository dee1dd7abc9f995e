package io.jenkins.plugins.defendertags.client.auth;

import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagedIdentityTest extends SignInTests {

    @Test
    void identityEndpointIsAskedWithoutProxy() throws Exception {
        simulator.entra().assignIdentities(DefenderSimulator.CLIENT);
        client.addOrRemoveTag(identity(""), change("Add", "x"));
        assertEquals(1, proxied.get(), "only Defender may be behind a proxy");
        client.addOrRemoveTag(identity(DefenderSimulator.CLIENT), change("Add", "y"));
        assertEquals(List.of("x", "y"), simulator.tagsOf(Simulated.ID));
        assertEquals(2, simulator.tokenCalls());
        assertTrue(
                simulator.requests().get(0).startsWith("GET /metadata/identity/oauth2/token?api-version=2018-02-01"),
                simulator.requests().toString());
    }

    @Test
    void identityThatTheMachineDoesNotHaveIsRefused() {
        assertRefused("invalid_request", "Assign a managed identity to the virtual machine", identity(""));
        simulator.entra().assignIdentities("11111111-1111-1111-1111-111111111111", DefenderSimulator.CLIENT);
        assertRefused("invalid_request", "If it has several, enter the client ID of one", identity(""));
        assertRefused(
                "invalid_request",
                "Azure issued no token for the managed identity 00000000-0000-0000-0000-000000000000.",
                identity("00000000-0000-0000-0000-000000000000"));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 403, 404})
    void otherServersAtTheEndpointAreNotAzure(int status) {
        simulator.failNextTokenRequests(Fault.html(status)); // other clouds have a server at this address too
        assertNoIdentity(Kind.NOT_UNDERSTOOD, identity(""));
    }

    @Test
    void nothingListensAtTheEndpoint() {
        assertNoIdentity(
                Kind.NO_ANSWER,
                new AppRegistration(
                        Simulated.cloud(simulator), "", "", new ManagedIdentity(URI.create("http://localhost:1/x"))));
    }

    private void assertNoIdentity(Kind kind, AppRegistration registration) {
        DefenderException failure = fails(registration);
        assertEquals(kind, failure.kind());
        assertEquals(ErrorCode.NO_MANAGED_IDENTITY, failure.errorCode());
        assertTrue(
                failure.getMessage()
                        .startsWith("No managed identity is available: Azure's identity endpoint did not answer."
                                + " Managed identities only work if the Jenkins controller runs on a virtual machine"),
                failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"404,not_found", "410,gone", "429,too_many_requests", "503,busy"})
    void busyEndpointIsUnavailable(int status, String error) {
        simulator.failNextTokenRequests(Fault.answer(status, "application/json", "{\"error\":\"" + error + "\"}"));
        assertEquals(Kind.UNAVAILABLE, fails(identity("")).kind());
    }

    private AppRegistration identity(String clientId) {
        URI endpoint = URI.create(simulator.entra().identityUrl());
        return new AppRegistration(Simulated.cloud(simulator), "", clientId, new ManagedIdentity(endpoint));
    }
}
