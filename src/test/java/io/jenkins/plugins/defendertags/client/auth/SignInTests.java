package io.jenkins.plugins.defendertags.client.auth;

import static io.jenkins.plugins.defendertags.client.Simulated.change;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.TagQueues;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.SimulatedIssuer;
import io.jenkins.plugins.defendertags.simulator.TestKeyStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Signs in to a simulated Entra that checks what it is sent. */
@Timeout(60)
abstract class SignInTests {

    static final ClientSecret SECRET = new ClientSecret(DefenderSimulator.SECRET);
    static final String SUBJECT = "https://jenkins.example.com/job/x/";

    @AutoClose
    final DefenderSimulator simulator = new DefenderSimulator();

    final SimulatedIssuer issuer = new SimulatedIssuer("https://jenkins.example.com/oidc");

    /** Requests for which a proxy was looked up. */
    final AtomicInteger proxied = new AtomicInteger();

    @AutoClose
    private final TagQueues queues = new TagQueues(
            () -> Timeouts.DEFAULT,
            host -> {
                proxied.incrementAndGet();
                return null;
            },
            () -> QueueSettings.DEFAULT);

    final DefenderClient client = queues.client();

    @TempDir
    Path folder;

    @BeforeEach
    void addMachine() {
        simulator.addMachine(Simulated.ID, "build-07.example.com");
    }

    ClientCertificate certificate(String alias, String... more) throws Exception {
        Path file = folder.resolve(alias + ".p12");
        if (!Files.exists(file)) {
            TestKeyStore.create(file, alias, more);
        }
        return KeyStoreCertificate.of(TestKeyStore.open(file), null, TestKeyStore.PASSWORD.toCharArray());
    }

    AppRegistration registration(SignIn signIn) {
        return new AppRegistration(
                Simulated.cloud(simulator), DefenderSimulator.TENANT, DefenderSimulator.CLIENT, signIn);
    }

    void addTag(SignIn signIn) throws DefenderException {
        client.addOrRemoveTag(registration(signIn), change("Add", "x"));
    }

    DefenderException fails(AppRegistration registration) {
        DefenderException failure =
                assertThrows(DefenderException.class, () -> client.addOrRemoveTag(registration, change("Add", "x")));
        assertEquals(SingleLine.of(failure.getMessage(), 2000), failure.getMessage(), "one line");
        return failure;
    }

    /** @param code null for a failure before anything was sent */
    void assertRefused(String code, String part, SignIn signIn) {
        assertRefused(code, part, registration(signIn));
    }

    void assertRefused(String code, String part, AppRegistration registration) {
        DefenderException failure = fails(registration);
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
        assertEquals(code, failure.code());
        assertEquals(Kind.SIGN_IN, failure.kind());
    }
}
