package io.jenkins.plugins.defendertags.client.auth;

import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenCacheTest extends SignInTests {

    @Test
    void manyCallsNeedOneSignIn() throws Exception {
        for (int i = 0; i < 5; i++) {
            client.addOrRemoveTag(registration(SECRET), change("Add", "tag-" + i));
        }
        assertEquals(1, simulator.tokenCalls());
        assertEquals(5, simulator.tagCalls());
    }

    @Test
    void callersAtTheSameTimeShareOneSignIn() {
        IntStream.range(0, 8).parallel().forEach(i -> {
            try {
                client.addOrRemoveTag(registration(SECRET), change("Add", "tag-" + i));
            } catch (DefenderException x) {
                throw new AssertionError(x);
            }
        });
        assertEquals(1, simulator.tokenCalls());
        assertEquals(8, simulator.tagsOf(Simulated.ID).size());
    }

    @Test
    void numbersInATokenAnswerMayBeStrings() throws Exception {
        simulator.failNextTokenRequests(
                Fault.answer(200, "application/json", "{\"access_token\":\"t\",\"expires_in\":\"0\"}"));
        assertEquals(Kind.UNAUTHORIZED, fails(registration(SECRET)).kind(), "the simulator never issued this token");
        client.addOrRemoveTag(registration(SECRET), change("Add", "x"));
        assertEquals(2, simulator.tokenCalls(), "it had expired at once");
    }

    @Test
    void refusedTokenIsForgotten() throws Exception {
        simulator.grantRoles("");
        assertEquals(Kind.FORBIDDEN, fails(registration(SECRET)).kind());
        simulator.grantRoles("Machine.ReadWrite.All");
        client.addOrRemoveTag(registration(SECRET), change("Add", "x"));
        assertEquals(2, simulator.tokenCalls(), "a new consent shows only in a new token");
    }

    @Test
    void tokenIsForgottenAlsoWhenTheRefusalHasNoEnvelope() throws Exception {
        client.addOrRemoveTag(registration(SECRET), change("Add", "x"));
        simulator.failNextApiCalls(Fault.empty(401));
        assertEquals(Kind.UNAUTHORIZED, fails(registration(SECRET)).kind());
        client.addOrRemoveTag(registration(SECRET), change("Add", "x"));
        assertEquals(2, simulator.tokenCalls());
    }

    @Test
    void eachProofHasItsOwnFingerprintWhichRevealsNothing() throws Exception {
        String jwt = issuer.token(SUBJECT);
        List<SignIn> proofs = List.of(
                new ClientSecret("hush"),
                new ClientSecret("hush2"),
                certificate("jenkins"),
                certificate("other"),
                new FederatedToken(jwt),
                new FederatedToken(issuer.token("another")),
                new FederatedTokenFile(folder.resolve("a")),
                new FederatedTokenFile(folder.resolve("b")),
                new ManagedIdentity(ManagedIdentity.AZURE),
                new ManagedIdentity(URI.create("http://localhost:1/x")));
        assertEquals(
                proofs.size(),
                proofs.stream().map(SignIn::fingerprint).distinct().count());
        assertEquals(new ClientSecret("hush").fingerprint(), new ClientSecret("hush").fingerprint());
        for (SignIn proof : proofs) {
            String texts = proof + proof.fingerprint() + registration(proof);
            assertFalse(texts.contains("hush") || texts.contains(jwt) || texts.contains("PRIVATE"), texts);
        }
    }
}
