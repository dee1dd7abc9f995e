package io.jenkins.plugins.defendertags.client.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Jwt;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientCertificateTest extends SignInTests {

    private static final URI ENDPOINT = URI.create("https://login.example/t/oauth2/v2.0/token");

    @Test
    void eachSignInSendsANewAssertion() throws Exception {
        ClientCertificate certificate = certificate("jenkins");
        simulator.entra().registerCertificate(certificate.certificate());
        addTag(certificate);
        simulator.revokeTokens();
        assertThrows(DefenderException.class, () -> addTag(certificate), "the token is refused and forgotten");
        addTag(certificate); // with another assertion: the simulated Entra refuses one that it has seen
        assertEquals(2, simulator.tokenCalls());
    }

    @Test
    void assertionIsAsDocumented() throws Exception {
        Instant now = Instant.now();
        Map<String, String> proof = certificate("jenkins").proof(ENDPOINT, DefenderSimulator.CLIENT, now);
        assertEquals("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", proof.get("client_assertion_type"));
        String jwt = proof.get("client_assertion");
        assertEquals("PS256", Jwt.header(jwt).path("alg").asText());
        assertEquals("JWT", Jwt.header(jwt).path("typ").asText());
        JsonNode claims = Jwt.claims(jwt);
        assertEquals(ENDPOINT.toString(), claims.path("aud").asText());
        assertEquals(DefenderSimulator.CLIENT, claims.path("iss").asText());
        assertEquals(DefenderSimulator.CLIENT, claims.path("sub").asText());
        assertEquals(now.getEpochSecond(), claims.path("nbf").asLong());
        assertEquals(now.getEpochSecond() + 600, claims.path("exp").asLong());
    }

    @Test
    void certificateThatEntraDoesNotHaveIsRefused() throws Exception {
        String remedy = "Upload the certificate to the app registration";
        assertRefused("AADSTS700027", remedy, certificate("jenkins"));
        simulator.entra().registerCertificate(certificate("other").certificate());
        assertRefused("AADSTS700027", remedy, certificate("jenkins"));
    }

    @Test
    void certificateOutsideOfItsValidityIsNotSent() throws Exception {
        assertRefused(
                null, "The certificate \"CN=old,O=Example\" has expired (", certificate("old", "-startdate", "-2y"));
        assertRefused(null, "is not valid before", certificate("new", "-startdate", "+2d"));
        assertEquals(0, simulator.tokenCalls());
    }
}
