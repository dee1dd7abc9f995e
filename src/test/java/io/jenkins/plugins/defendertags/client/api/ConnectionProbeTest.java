package io.jenkins.plugins.defendertags.client.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ManagedIdentity;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionProbeTest {

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    @Test
    void oneLineSaysWhatWorks() throws Exception {
        String line = run(Simulated.registration(simulator));
        assertEquals(
                "It works: the app registration " + DefenderSimulator.CLIENT + " of tenant " + DefenderSimulator.TENANT
                        + " signed in for " + simulator.url()
                        + " with the permission Machine.ReadWrite.All, and Defender answered at localhost.",
                line);
        assertEquals(
                List.of("POST /login/" + DefenderSimulator.TENANT + "/oauth2/v2.0/token", "GET /api/machines?$top=1"),
                simulator.requests());
    }

    @Test
    void eachTestSignsInAnew() throws Exception {
        run(Simulated.registration(simulator));
        run(Simulated.registration(simulator));
        assertEquals(2, simulator.tokenCalls(), "a new consent shows only in a new token");
    }

    @Test
    void missingPermissionIsFoundBeforeTheFirstCall() {
        simulator.grantRoles("Machine.Read.All,Alert.Read.All");
        DefenderException x = fails(Simulated.registration(simulator));
        assertEquals(Kind.FORBIDDEN, x.kind());
        assertTrue(x.getMessage().contains("only with Machine.Read.All, Alert.Read.All"), x.getMessage());
        assertTrue(x.getMessage().contains("grant admin consent"), x.getMessage());
        simulator.grantRoles("");
        assertTrue(fails(Simulated.registration(simulator)).getMessage().contains("without the permission"));
        assertEquals(0, simulator.apiCalls());
    }

    @Test
    void managedIdentityGetsItsPermissionInAnotherWay() {
        simulator.entra().assignIdentities(DefenderSimulator.CLIENT);
        simulator.grantRoles("");
        DefenderException x = fails(new AppRegistration(
                Simulated.cloud(simulator),
                "",
                "",
                new ManagedIdentity(URI.create(simulator.entra().identityUrl()))));
        assertTrue(x.getMessage().contains("with PowerShell or Microsoft Graph"), x.getMessage());
    }

    @Test
    void tokenThatCannotBeReadIsNoError() {
        for (String token : List.of("opaque", "a.b.c", "e30.W10.x", "....", "e30.e30")) {
            simulator.failNextTokenRequests(
                    Fault.answer(200, "application/json", "{\"access_token\":\"" + token + "\",\"expires_in\":3599}"));
            DefenderException x = fails(Simulated.registration(simulator));
            assertFalse(x.getMessage().contains(token + "."), x.getMessage());
            Kind expected = token.equals("e30.e30") ? Kind.FORBIDDEN : Kind.UNAUTHORIZED; // readable, without roles
            assertEquals(expected, x.kind(), token);
        }
    }

    @Test
    void tokenForAnotherCloudSaysWhereItIsFor() {
        simulator.failNextApiCalls(Fault.defenderError(403, "Forbidden", "no"));
        DefenderException x = fails(Simulated.registration(simulator));
        assertTrue(x.getMessage().contains("for " + simulator.url() + ". Check that the credential's cloud"));
    }

    @Test
    void tenantWithoutMachinesIsFine() throws Exception {
        simulator.failNextApiCalls(Fault.defenderError(404, "ResourceNotFound", "none"));
        assertTrue(run(Simulated.registration(simulator)).startsWith("It works"));
    }

    @Test
    void wrongSecretSaysWhatToDo() {
        DefenderException x = fails(Simulated.registration(simulator, "wrong"));
        assertTrue(x.getMessage().contains("Enter the secret's value, not its ID"), x.getMessage());
    }

    private DefenderException fails(AppRegistration registration) {
        return assertThrows(DefenderException.class, () -> run(registration));
    }

    private String run(AppRegistration registration) throws DefenderException {
        return ConnectionProbe.run(registration, () -> Timeouts.DEFAULT, ProxyServer.Chooser.NONE);
    }
}
