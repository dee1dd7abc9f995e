package io.jenkins.plugins.defendertags.client;

import com.fasterxml.jackson.databind.json.JsonMapper;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.function.Supplier;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;

/**
 * Defender's API, one HTTP exchange a call, plus one for a token when none is at hand. Never repeats a call and keeps to no
 * limit: that is the {@link TagQueue}'s work.
 *
 * <p>Thread-safe; blocks its caller for at most the request timeout (twice that, if a token has to be fetched).
 */
public final class DefenderClient implements Closeable {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpTransport transport;
    private final TokenCache tokens;

    /**
     * @param timeouts asked for every request
     * @param proxies asked for every request
     */
    public DefenderClient(@NonNull Supplier<Timeouts> timeouts, @NonNull ProxyServer.Chooser proxies) {
        transport = new HttpTransport(timeouts, proxies);
        tokens = new TokenCache(transport, Clock.systemUTC());
    }

    /**
     * "Add or remove machine tags": {@code POST /api/machines/{id}/tags}. A token that Defender refuses (401, 403) is
     * forgotten, so that the next call signs in again.
     *
     * @return the machine as it is after the change
     * @throws DefenderException if the change was refused, or if it is not known whether it was made
     */
    @NonNull
    public Machine apply(@NonNull AppRegistration registration, @NonNull TagChange change) throws DefenderException {
        HttpPost request = new HttpPost(URI.create(
                registration.cloud().api() + "/api/machines/" + change.machine().value() + "/tags"));
        request.setEntity(new StringEntity(
                JSON.createObjectNode()
                        .put("Value", change.tag().value())
                        .put("Action", change.action().wireName())
                        .toString(),
                ContentType.APPLICATION_JSON));
        return exchange(registration, change.machine(), request);
    }

    /**
     * "Get machine by ID": {@code GET /api/machines/{id}}.
     *
     * @throws DefenderException of kind {@code NOT_FOUND} if Defender does not know the machine
     */
    @NonNull
    public Machine machine(@NonNull AppRegistration registration, @NonNull MachineId machine) throws DefenderException {
        URI uri = URI.create(registration.cloud().api() + "/api/machines/" + machine.value());
        return exchange(registration, machine, new HttpGet(uri));
    }

    private Machine exchange(AppRegistration registration, MachineId machine, HttpUriRequestBase request)
            throws DefenderException {
        AccessToken token = tokens.get(registration);
        request.setHeader("Authorization", "Bearer " + token.value());
        request.setHeader("Accept", "application/json");
        HttpAnswer answer = transport.send(request);
        if (answer.status() == 401 || answer.status() == 403) {
            tokens.drop(registration, token);
        }
        if (!answer.isSuccess()) {
            throw DefenderErrors.of(answer, registration, machine);
        }
        return Machine.of(answer.jsonObject(), machine);
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
