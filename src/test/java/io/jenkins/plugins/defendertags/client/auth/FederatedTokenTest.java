package io.jenkins.plugins.defendertags.client.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FederatedTokenTest extends SignInTests {

    private static final String AUDIENCE = "api://AzureADTokenExchange";

    @Test
    void tokenOfAnotherBuildIsNeverUsed() throws Exception {
        simulator.entra().trust(issuer, SUBJECT);
        FederatedToken token = new FederatedToken(issuer.token(SUBJECT) + "\n");
        addTag(token);
        addTag(token);
        assertEquals(1, simulator.tokenCalls());
        addTag(new FederatedToken(issuer.token(SUBJECT, AUDIENCE, in(Duration.ofMinutes(9)))));
        assertEquals(2, simulator.tokenCalls());
    }

    @Test
    void tokenThatMatchesNoFederatedCredentialIsDescribed() {
        assertRefused("AADSTS700211", "the issuer \"https://jenkins.example.com/oidc\"", token(SUBJECT));
        simulator.entra().trust(issuer, SUBJECT);
        assertRefused(
                "AADSTS700213",
                "the subject \"https://jenkins.example.com/job/y/\"",
                token("https://jenkins.example.com/job/y/"));
        assertRefused(
                "AADSTS700212",
                "the audience \"sts.amazonaws.com\". Enter exactly these in Entra.",
                new FederatedToken(issuer.token(SUBJECT, "sts.amazonaws.com", in(Duration.ofMinutes(5)))));
        assertRefused(
                "AADSTS700024",
                "renew the federated token",
                new FederatedToken(issuer.token(SUBJECT, AUDIENCE, in(Duration.ofMinutes(-5)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a-password", "a.b", "a.b.c.d", "a.b.c d"})
    void textThatIsNotATokenIsNotSent(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> new FederatedToken(text))
                .getMessage();
        assertTrue(message.contains("Use an OpenID Connect ID token"), message);
        assertFalse(message.contains("a-password"), message);
    }

    @Test
    void fileIsReadAtEachSignIn() throws Exception {
        Path file = folder.resolve("token");
        FederatedTokenFile signIn = new FederatedTokenFile(file);
        simulator.entra().trust(issuer, SUBJECT);
        assertRefused(null, "cannot be read (NoSuchFileException). Make it readable for the user", signIn);
        Files.writeString(file, "nonsense");
        assertRefused(null, "cannot be used. The federated token is not a JSON Web Token", signIn);
        Files.writeString(file, issuer.token(SUBJECT) + "\n");
        addTag(signIn);
        Files.writeString(file, issuer.token("another"));
        addTag(signIn);
        assertEquals(1, simulator.tokenCalls(), "no sign-in while the token is good");
        simulator.revokeTokens();
        assertThrows(DefenderException.class, () -> addTag(signIn));
        assertRefused("AADSTS700213", "the subject \"another\"", signIn);
    }

    private FederatedToken token(String subject) {
        return new FederatedToken(issuer.token(subject));
    }

    private static Instant in(Duration duration) {
        return Instant.now().plus(duration);
    }
}
