package io.jenkins.plugins.defendertags.client.api;

import io.jenkins.plugins.defendertags.client.auth.AccessToken;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.JwtClaims;
import io.jenkins.plugins.defendertags.client.auth.TokenEndpoint;
import io.jenkins.plugins.defendertags.client.http.DaemonThreads;
import io.jenkins.plugins.defendertags.client.http.HttpTransport;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.http.TransportResponse;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.apache.hc.client5.http.classic.methods.HttpGet;

/** Tests an app registration: signs in without the token cache and reads one machine. Changes nothing. */
public final class ConnectionProbe {

    private static final String NEEDED = "Machine.ReadWrite.All";

    private ConnectionProbe() {}

    /**
     * Blocks for at most twice the request timeout.
     *
     * @return one line that says what works
     * @throws DefenderException with one line that says what does not, and what to do
     */
    public static String run(AppRegistration registration, Supplier<Timeouts> timeouts, ProxyServer.Chooser proxies)
            throws DefenderException {
        ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("defender-tags-connection-check"));
        try (HttpTransport transport = new HttpTransport(timeouts, proxies, timer)) {
            AccessToken token = new TokenEndpoint(transport, Clock.systemUTC()).fetch(registration);
            JwtClaims claims = JwtClaims.of(token.value());
            checkRoles(claims, registration);
            callDefender(transport, registration, token, claims);
            return "It works: " + registration.describe() + " signed in"
                    + (claims.isReadable()
                            ? " for " + claims.text("aud") + " with the permission " + claims.text("roles")
                            : "")
                    + ", and Defender answered at " + registration.cloud().api().getHost() + ".";
        } catch (IOException x) {
            throw new IllegalStateException("Closing idle connections cannot fail", x);
        } finally {
            timer.shutdownNow();
        }
    }

    private static void checkRoles(JwtClaims claims, AppRegistration registration) throws DefenderException {
        List<String> roles = claims.list("roles");
        if (claims.isReadable() && !roles.contains(NEEDED)) {
            throw DefenderException.of(Kind.FORBIDDEN)
                    .message("Entra signed in " + registration.describe() + ", but without the permission " + NEEDED
                            + (roles.isEmpty() ? "." : " (only with " + claims.text("roles") + ")."))
                    .remedy(DefenderErrors.grantPermission(registration))
                    .build();
        }
    }

    private static void callDefender(
            HttpTransport transport, AppRegistration registration, AccessToken token, JwtClaims claims)
            throws DefenderException {
        HttpGet request = new HttpGet(registration.cloud().api() + "/api/machines?$top=1");
        request.setHeader("Authorization", "Bearer " + token.value());
        request.setHeader("Accept", "application/json");
        TransportResponse response = transport.send(request);
        if (response.isSuccess()) {
            response.jsonObject();
            return;
        }
        DefenderException refused = DefenderErrors.of(response, registration, "any machine");
        if (refused.kind() == Kind.FORBIDDEN && claims.isReadable()) {
            throw DefenderException.of(Kind.FORBIDDEN)
                    .message("Defender refused the token, though it has the permission " + NEEDED + " for "
                            + claims.text("aud") + ".")
                    .remedy(
                            "Check that the credential's cloud is the one of the tenant. A permission that was just granted takes"
                                    + " minutes.")
                    .code(refused.code())
                    .correlationId(refused.correlationId())
                    .cause(refused)
                    .build();
        }
        if (refused.kind() != Kind.NOT_FOUND) { // a tenant without machines may be answered by 404
            throw refused;
        }
    }
}
