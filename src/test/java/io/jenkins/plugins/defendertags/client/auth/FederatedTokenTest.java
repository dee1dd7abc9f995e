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
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
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

    @Test
    void sourceIsAskedForATokenAtEachSignIn() throws Exception {
        simulator.entra().trust(issuer, SUBJECT);
        Queue<FederatedToken> tokens = new ArrayDeque<>(List.of(
                token(SUBJECT), new FederatedToken(issuer.token(SUBJECT, AUDIENCE, in(Duration.ofMinutes(9))))));
        FederatedTokenSource source = new FederatedTokenSource("x", tokens::remove);
        addTag(source);
        addTag(source);
        addTag(new FederatedTokenSource("x", tokens::remove));
        assertEquals(1, tokens.size(), "one sign-in for all that prove the same");
        simulator.revokeTokens();
        assertThrows(DefenderException.class, () -> addTag(source));
        addTag(source);
        assertEquals(0, tokens.size());
        assertEquals(2, simulator.tokenCalls());
    }

    @Test
    void sourcesThatProveDifferentThingsShareNoToken() throws Exception {
        simulator.entra().trust(issuer, SUBJECT);
        addTag(new FederatedTokenSource("x", () -> token(SUBJECT)));
        assertRefused("AADSTS700213", "the subject", new FederatedTokenSource("y", () -> token("another")));
    }

    @Test
    void sourceThatHasNoTokenAnyMoreSaysWhatToDo() {
        assertRefused(null, "cannot be used any more. Create it again.", new FederatedTokenSource("x", () -> {
            throw new IllegalArgumentException("Create it again.");
        }));
    }

    private FederatedToken token(String subject) {
        return new FederatedToken(issuer.token(subject));
    }

    private static Instant in(Duration duration) {
        return Instant.now().plus(duration);
    }
}
