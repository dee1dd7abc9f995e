package io.jenkins.plugins.defendertags.client.auth;

import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.TagQueues;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.Jwt;
import io.jenkins.plugins.defendertags.simulator.SimulatedIssuer;
import io.jenkins.plugins.defendertags.simulator.TestKeyStore;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to sign in, against a simulated Entra that checks what it is sent. */
@Timeout(60)
class SignInTest {

    private static final URI ENDPOINT = URI.create("https://login.example/t/oauth2/v2.0/token");
    private static final String SUBJECT = "https://jenkins.example.com/job/x/";

    @AutoClose
    private final DefenderSimulator simulator = new DefenderSimulator();

    private final SimulatedIssuer issuer = new SimulatedIssuer("https://jenkins.example.com/oidc");
    private final AtomicInteger proxied = new AtomicInteger();

    @AutoClose
    private final TagQueues queues = new TagQueues(
            () -> Timeouts.DEFAULT,
            host -> {
                proxied.incrementAndGet();
                return null;
            },
            () -> QueueSettings.DEFAULT);

    private final DefenderClient client = queues.client();

    @TempDir
    Path folder;

    @BeforeEach
    void addMachine() {
        simulator.addMachine(Simulated.ID, "build-07.example.com");
    }

    @Test
    void certificateSignsANewAssertionForEachSignIn() throws Exception {
        ClientCertificate certificate = certificate();
        simulator.entra().registerCertificate(certificate.certificate());
        addTag(certificate);
        simulator.revokeTokens();
        assertThrows(DefenderException.class, () -> addTag(certificate), "the token is refused and forgotten");
        addTag(certificate); // with another assertion, since Entra may know the first
        assertEquals(2, simulator.tokenCalls());
    }

    @Test
    void assertionIsWhatEntraDocuments() throws Exception {
        Instant now = Instant.now();
        Map<String, String> proof = certificate().proof(ENDPOINT, DefenderSimulator.CLIENT, now);
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
    void certificateThatEntraDoesNotKnow() throws Exception {
        assertFails("AADSTS700027", "Upload the certificate to the app registration", certificate());
        ClientCertificate other = certificate("other");
        simulator.entra().registerCertificate(other.certificate());
        assertFails("AADSTS700027", "Upload the certificate to the app registration", certificate());
    }

    @Test
    void certificateOutOfItsTimeIsNotEvenSent() throws Exception {
        assertFails(
                null, "The certificate \"CN=old,O=Example\" has expired (", certificate("old", "-startdate", "-2y"));
        assertFails(null, "is not valid before", certificate("new", "-startdate", "+2d"));
        assertEquals(0, simulator.tokenCalls());
    }

    @Test
    void federatedTokenIsAPersonalProof() throws Exception {
        simulator.entra().trust(issuer, SUBJECT);
        FederatedToken token = new FederatedToken(issuer.token(SUBJECT) + "\n");
        addTag(token);
        addTag(token);
        assertEquals(1, simulator.tokenCalls());
        addTag(new FederatedToken(issuer.token(SUBJECT, "api://AzureADTokenExchange", in(Duration.ofMinutes(9)))));
        assertEquals(2, simulator.tokenCalls(), "a token is never used for another build's proof");
    }

    @Test
    void federatedTokenThatEntraHasNoUseForIsDescribed() {
        assertFails("AADSTS700211", "issuer is \"https://jenkins.example.com/oidc\"", token(SUBJECT));
        simulator.entra().trust(issuer, SUBJECT);
        assertFails(
                "AADSTS700213",
                "its subject \"https://jenkins.example.com/job/y/\"",
                token(SUBJECT.replace("/x/", "/y/")));
        assertFails(
                "AADSTS700212",
                "its audience \"sts.amazonaws.com\". Enter exactly these there.",
                new FederatedToken(issuer.token(SUBJECT, "sts.amazonaws.com", in(Duration.ofMinutes(5)))));
        assertFails(
                "AADSTS700024",
                "renew the federated token",
                new FederatedToken(issuer.token(SUBJECT, "api://AzureADTokenExchange", in(Duration.ofMinutes(-5)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a-password", "a.b", "a.b.c.d", "a.b.c d"})
    void whatIsNoTokenOfAnIssuerIsSentNowhere(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> new FederatedToken(text))
                .getMessage();
        assertTrue(message.contains("Use an OpenID Connect ID token"), message);
        assertFalse(message.contains("a-password"), message);
    }

    @Test
    void fileIsReadAnewAtEachSignIn() throws Exception {
        Path file = folder.resolve("token");
        FederatedTokenFile signIn = new FederatedTokenFile(file);
        simulator.entra().trust(issuer, SUBJECT);
        assertFails(null, "cannot be read (NoSuchFileException). Let the controller's user read it.", signIn);
        Files.writeString(file, "nonsense");
        assertFails(null, "does not do. The federated token is no JSON Web Token", signIn);
        Files.writeString(file, issuer.token(SUBJECT) + "\n");
        addTag(signIn);
        Files.writeString(file, issuer.token("another"));
        addTag(signIn);
        assertEquals(1, simulator.tokenCalls(), "nobody signs in while there is a good token");
        simulator.revokeTokens();
        assertThrows(DefenderException.class, () -> addTag(signIn));
        assertFails("AADSTS700213", "its subject \"another\"", signIn);
    }

    @Test
    void managedIdentityGoesPastTheProxy() throws Exception {
        simulator.entra().assignIdentities(DefenderSimulator.CLIENT);
        AppRegistration only = identity("");
        client.addOrRemoveTag(only, change("Add", "x"));
        assertEquals(1, proxied.get(), "Defender alone may be behind a proxy");
        client.addOrRemoveTag(identity(DefenderSimulator.CLIENT), change("Add", "y"));
        assertEquals(List.of("x", "y"), simulator.tagsOf(Simulated.ID));
        assertEquals(2, simulator.tokenCalls());
        assertTrue(
                simulator.requests().get(0).startsWith("GET /metadata/identity/oauth2/token?api-version=2018-02-01"),
                simulator.requests().toString());
    }

    @Test
    void machineWithoutTheRightIdentity() {
        assertFails("invalid_request", "Assign a managed identity to the machine", identity(""));
        simulator.entra().assignIdentities("11111111-1111-1111-1111-111111111111", DefenderSimulator.CLIENT);
        assertFails("invalid_request", "if it has several, enter the client ID of one", identity(""));
        assertFails(
                "invalid_request",
                "Azure gave no token for the managed identity 00000000-0000-0000-0000-000000000000.",
                identity("00000000-0000-0000-0000-000000000000"));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 403, 404})
    void elsewhereThanInAzureThereIsNoManagedIdentity(int status) {
        simulator.failNextTokenRequests(Fault.html(status)); // other clouds have something else at this address
        DefenderException x = fails(identity(""));
        assertEquals(Kind.NOT_UNDERSTOOD, x.kind());
        assertTrue(x.getMessage().contains("only where the Jenkins controller runs on a virtual machine of Azure"));
    }

    @Test
    void nobodyAnswersForManagedIdentities() {
        AppRegistration nowhere = new AppRegistration(
                Simulated.cloud(simulator), "", "", new ManagedIdentity(URI.create("http://localhost:1/x")));
        DefenderException x = fails(nowhere);
        assertEquals(Kind.NO_ANSWER, x.kind());
        assertTrue(x.getMessage().startsWith("There is no managed identity here"), x.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"404,not_found", "410,gone", "429,too_many_requests", "503,busy"})
    void azureIsBusy(int status, String error) {
        simulator.failNextTokenRequests(Fault.answer(status, "application/json", "{\"error\":\"" + error + "\"}"));
        assertEquals(Kind.UNAVAILABLE, fails(identity("")).kind());
    }

    @Test
    void entraIsBusy() {
        simulator.failNextTokenRequests(Fault.answer(429, "application/json", "{\"error\":\"too_many_requests\"}"));
        assertEquals(Kind.UNAVAILABLE, fails(Simulated.registration(simulator)).kind());
    }

    @Test
    void eachProofHasItsOwnFingerprintWhichTellsNothing() throws Exception {
        String jwt = issuer.token(SUBJECT);
        List<SignIn> ways = List.of(
                new ClientSecret("hush"),
                new ClientSecret("hush2"),
                certificate(),
                certificate("other"),
                new FederatedToken(jwt),
                new FederatedToken(issuer.token("another")),
                new FederatedTokenFile(folder.resolve("a")),
                new FederatedTokenFile(folder.resolve("b")),
                new ManagedIdentity(ManagedIdentity.AZURE));
        assertEquals(
                ways.size(), ways.stream().map(SignIn::fingerprint).distinct().count());
        assertEquals(new ClientSecret("hush").fingerprint(), new ClientSecret("hush").fingerprint());
        for (SignIn way : ways) {
            String texts = way + way.fingerprint() + registration(way);
            assertFalse(texts.contains("hush") || texts.contains(jwt) || texts.contains("PRIVATE"), texts);
        }
    }

    private ClientCertificate certificate() throws Exception {
        return certificate("jenkins");
    }

    private ClientCertificate certificate(String alias, String... more) throws Exception {
        Path file = folder.resolve(alias + ".p12");
        if (!Files.exists(file)) {
            TestKeyStore.create(file, alias, more);
        }
        return KeyStoreCertificate.of(TestKeyStore.open(file), null, TestKeyStore.PASSWORD.toCharArray());
    }

    private FederatedToken token(String subject) {
        return new FederatedToken(issuer.token(subject));
    }

    private static Instant in(Duration duration) {
        return Instant.now().plus(duration);
    }

    private AppRegistration registration(SignIn signIn) {
        return new AppRegistration(
                Simulated.cloud(simulator), DefenderSimulator.TENANT, DefenderSimulator.CLIENT, signIn);
    }

    private AppRegistration identity(String clientId) {
        URI endpoint = URI.create(simulator.entra().identityUrl());
        return new AppRegistration(Simulated.cloud(simulator), "", clientId, new ManagedIdentity(endpoint));
    }

    private void addTag(SignIn signIn) throws DefenderException {
        client.addOrRemoveTag(registration(signIn), change("Add", "x"));
    }

    private DefenderException fails(AppRegistration registration) {
        return assertThrows(DefenderException.class, () -> client.addOrRemoveTag(registration, change("Add", "x")));
    }

    private void assertFails(String code, String part, SignIn signIn) {
        assertFails(code, part, registration(signIn));
    }

    private void assertFails(String code, String part, AppRegistration registration) {
        DefenderException x = fails(registration);
        assertEquals(Kind.SIGN_IN, x.kind());
        assertEquals(code, x.code());
        assertTrue(x.getMessage().contains(part), x.getMessage());
        assertEquals(SingleLine.of(x.getMessage(), 2000), x.getMessage());
    }
}
