package io.jenkins.plugins.defendertags.client.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.defendertags.client.auth.AccessToken;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.TokenCache;
import io.jenkins.plugins.defendertags.client.auth.TokenEndpoint;
import io.jenkins.plugins.defendertags.client.http.HttpTransport;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.http.TransportResponse;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Defender's API: one HTTP exchange for each call, plus one for a token when none is cached. Retries nothing and observes no
 * rate limit: that is the work of the {@code TagQueue}.
 *
 * <p>Thread-safe; blocks its caller for at most the request timeout (twice that, if a token has to be fetched).
 */
public final class DefenderClient implements Closeable {

    /** Machines in one bulk call, at most. */
    public static final int BULK_LIMIT = 500;

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpTransport transport;
    private final TokenCache tokens;

    /**
     * @param timeouts asked for every request
     * @param proxies asked for every request
     * @param timer only ever runs short tasks for this
     */
    public DefenderClient(Supplier<Timeouts> timeouts, ProxyServer.Chooser proxies, ScheduledExecutorService timer) {
        transport = new HttpTransport(timeouts, proxies, timer);
        tokens = new TokenCache(new TokenEndpoint(transport, Clock.systemUTC()));
    }

    /**
     * "Add or remove machine tags": {@code POST /api/machines/{id}/tags}. As with every call, a token that Defender refuses
     * (401, 403) is forgotten, so that the next call signs in again.
     *
     * @return the machine as it is after the change
     * @throws DefenderException if the change was refused, or if it is not known whether it was made
     */
    public Machine addOrRemoveTag(AppRegistration registration, TagChange change) throws DefenderException {
        HttpPost request = new HttpPost(machineUrl(registration, change.machine()) + "/tags");
        setBody(request, body(change.action(), change.tag()));
        TransportResponse response = send(registration, request, "the machine " + change.machine());
        return Machine.of(response.jsonObject(), change.machine());
    }

    /**
     * "Add or remove a tag for multiple machines": {@code POST /api/machines/AddOrRemoveTagForMultipleMachines}.
     *
     * @param machines at most {@value #BULK_LIMIT}
     * @return the machines that Defender says it has, as they are after the change; which of them are missing is not
     *     documented, nor why
     * @throws DefenderException if the change was refused for all of them, or if it is not known whether it was made
     */
    public Map<MachineId, Machine> addOrRemoveTag(
            AppRegistration registration, TagAction action, Tag tag, Collection<MachineId> machines)
            throws DefenderException {
        HttpPost request = new HttpPost(registration.cloud().api() + "/api/machines/AddOrRemoveTagForMultipleMachines");
        ObjectNode body = body(action, tag);
        ArrayNode ids = body.putArray("MachineIds");
        machines.forEach(machine -> ids.add(machine.value()));
        setBody(request, body);
        TransportResponse response = send(registration, request, "one of " + machines.size() + " machines");
        JsonNode json = response.json();
        JsonNode list = json.isArray() ? json : json.path("value");
        if (!list.isArray()) {
            throw response.notUnderstood("instead of a list of machines");
        }
        Map<MachineId, Machine> changed = new HashMap<>();
        for (JsonNode element : list) {
            String id = element.path("id").asText();
            if (element instanceof ObjectNode properties && MachineId.isMachineId(id)) {
                Machine machine = Machine.of(properties, new MachineId(id));
                changed.put(machine.id(), machine);
            }
        }
        return changed;
    }

    private static ObjectNode body(TagAction action, Tag tag) {
        return JSON.createObjectNode().put("Value", tag.value()).put("Action", action.wireName());
    }

    private static void setBody(HttpPost request, ObjectNode body) {
        try {
            request.setEntity(new ByteArrayEntity(JSON.writeValueAsBytes(body), ContentType.APPLICATION_JSON));
        } catch (JsonProcessingException x) {
            throw new IllegalStateException("Texts and lists of texts can always be written as JSON", x);
        }
    }

    /**
     * Makes sure that there is a token, so that the next call is one HTTP exchange.
     *
     * @throws DefenderException if Entra gives none
     */
    public void signIn(AppRegistration registration) throws DefenderException {
        tokens.get(registration);
    }

    /** What is known of sign-ins. */
    public TokenCache tokens() {
        return tokens;
    }

    /** See {@link TokenCache#queueKey}. */
    public AppRegistration.QueueKey queueKey(AppRegistration registration) {
        return tokens.queueKey(registration);
    }

    /**
     * "Get machine by ID": {@code GET /api/machines/{id}}.
     *
     * @throws DefenderException of kind {@code NOT_FOUND} if Defender does not know it, and of any other if the call failed
     */
    public Machine getMachine(AppRegistration registration, MachineId id) throws DefenderException {
        TransportResponse response = send(registration, new HttpGet(machineUrl(registration, id)), "the machine " + id);
        return Machine.of(response.jsonObject(), id);
    }

    /** The error for a machine that neither lists nor single reads contain. */
    public static DefenderException unknownMachine(AppRegistration registration, MachineId id) {
        return DefenderErrors.unknownMachine(registration, id);
    }

    /**
     * One page of a list of machines.
     *
     * @param page made by {@link MachineListQuery}, or the {@link MachinePage#next()} of the page before
     * @param wanted keeps these machines alone, so that a page of 10,000 is never in memory as objects
     * @throws DefenderException of kind {@code NOT_FOUND} if that is how Defender says that the list is empty
     */
    public MachinePage listMachines(AppRegistration registration, URI page, Predicate<Machine> wanted)
            throws DefenderException {
        return MachinePage.read(
                send(registration, new HttpGet(page), "the machines that were asked for"),
                registration.cloud(),
                wanted);
    }

    private static String machineUrl(AppRegistration registration, MachineId id) {
        return registration.cloud().api() + "/api/machines/" + id.value();
    }

    /** Everything that calls of the API have in common. */
    private TransportResponse send(AppRegistration registration, HttpUriRequestBase request, String about)
            throws DefenderException {
        AccessToken token = tokens.get(registration);
        request.setHeader("Authorization", "Bearer " + token.value());
        request.setHeader("Accept", "application/json");
        TransportResponse response = transport.send(request);
        if (response.status() == 401 || response.status() == 403) {
            tokens.drop(registration, token);
        }
        if (!response.isSuccess()) {
            throw DefenderErrors.of(response, registration, about);
        }
        return response;
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
