package io.jenkins.plugins.defendertags.client.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.defendertags.client.Simulated;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.FederatedToken;
import io.jenkins.plugins.defendertags.client.auth.FederatedTokenSource;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.SimulatedIssuer;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes of one application that sign in with different secrets share calls, and fail apart. */
class SeveralSecretsTest extends SteppedQueueTests {

    private final AppRegistration old = Simulated.registration(simulator, "old-secret-that-is-refused");

    @BeforeEach
    void pause() {
        addMachines(100);
        simulator.failNextApiCalls(Throttle.refusal(Throttle.Told.SECONDS, Duration.ofSeconds(1)));
        add("first", 99);
        newCalls();
    }

    private PendingChange add(AppRegistration with, String tag, int machine) {
        return queue.submit(with, change(TagAction.ADD, tag, machine));
    }

    private static Kind failure(PendingChange change) {
        CompletionException x =
                assertThrows(CompletionException.class, () -> change.result().join());
        return ((DefenderException) x.getCause()).kind();
    }

    @Test
    void refusedSecretFailsItsOwnChangesOnly() {
        List<PendingChange> refused =
                IntStream.range(0, 10).mapToObj(i -> add(old, "x", i)).toList();
        List<PendingChange> fine = addToMany("x", 10, 20);
        PendingChange refusedLater = add(old, "y", 0);
        PendingChange fineLater = add("z", 0);
        timer.advance(Duration.ofMinutes(1));
        refused.forEach(change -> assertEquals(Kind.SIGN_IN, failure(change)));
        assertEquals(Kind.SIGN_IN, failure(refusedLater));
        assertEquals(10, done(fine));
        assertEquals(1, done(List.of(fineLater)));
        assertEquals(3, newCalls().size(), "first, one for ten machines, one for z");
    }

    @Test
    void secretThatIsRefusedDoesNotTakeAlongChangesOfTheSameMachine() {
        PendingChange refused = add(old, "x", 0);
        PendingChange same = add("x", 0);
        timer.advance(Duration.ofMinutes(1));
        assertEquals(Kind.SIGN_IN, failure(refused));
        assertEquals(List.of("x"), same.result().join().tags());
    }

    @Test
    void federatedTokensOfSeveralBuildsShareABulkCall() {
        SimulatedIssuer issuer = new SimulatedIssuer("https://jenkins.example.com/oidc");
        String subject = "https://jenkins.example.com/job/x/";
        simulator.entra().trust(issuer, subject);
        List<PendingChange> changes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String build = "build " + i % 4;
            changes.add(add(
                    new AppRegistration(
                            Simulated.cloud(simulator),
                            DefenderSimulator.TENANT,
                            DefenderSimulator.CLIENT,
                            new FederatedTokenSource(build, () -> new FederatedToken(issuer.token(subject)))),
                    "x",
                    i));
        }
        long signIns = simulator.tokenCalls();
        timer.advance(Duration.ofMinutes(1));
        assertEquals(20, done(changes));
        assertEquals(2, newCalls().size());
        assertEquals(4, simulator.tokenCalls() - signIns);
    }

    @Test
    void secretThatWasNeverAcceptedChangesNothing() {
        PendingChange refused = add(old, "x", 0);
        add("x", 1);
        timer.advance(Duration.ofMinutes(1));
        assertEquals(Kind.SIGN_IN, failure(refused));
        assertFalse(simulator.tagsOf(id(0)).contains("x"));
    }
}
