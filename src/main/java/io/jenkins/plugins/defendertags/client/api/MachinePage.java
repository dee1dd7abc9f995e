package io.jenkins.plugins.defendertags.client.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.http.TransportResponse;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A page of a list of machines.
 *
 * @param machines those of the page that were wanted
 * @param count how many machines the page held
 * @param contents tells pages apart: the hash code of all machine IDs in their order
 * @param next where the next page is, or null; always below the cloud's own API
 */
public record MachinePage(
        List<Machine> machines,
        int count,
        int contents,
        @CheckForNull URI next) {

    /** The only page of an empty list. */
    public static final MachinePage EMPTY = of(List.of());

    private static final JsonMapper JSON = new JsonMapper();

    /** The only page of a list of these machines. */
    public static MachinePage of(List<Machine> machines) {
        return new MachinePage(machines, machines.size(), 0, null);
    }

    /**
     * Reads one machine after the other, so that a page never becomes one big tree. A machine without a machine ID is
     * left out: nothing could be done with it.
     *
     * @throws DefenderException of kind {@code NOT_UNDERSTOOD} if this is no list of machines, or if it goes on elsewhere
     */
    static MachinePage read(TransportResponse response, Cloud cloud, Predicate<Machine> wanted)
            throws DefenderException {
        Contents contents = null;
        String link = null;
        try (JsonParser parser = JSON.createParser(response.body())) {
            parser.nextToken();
            for (String property = parser.nextFieldName(); property != null; property = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (property.equals("value") && value == JsonToken.START_ARRAY) {
                    contents = new Contents();
                    contents.read(parser, wanted);
                } else if (property.equals("@odata.nextLink")) {
                    link = parser.getValueAsString();
                    parser.skipChildren();
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException x) {
            contents = null;
        }
        if (contents == null) {
            throw response.notUnderstood("instead of a list of machines");
        }
        return new MachinePage(
                contents.machines, contents.count, contents.hash, link == null ? null : follow(link, cloud));
    }

    private static final class Contents {

        private final List<Machine> machines = new ArrayList<>();
        private int count;
        private int hash;

        void read(JsonParser parser, Predicate<Machine> wanted) throws IOException {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                count++;
                JsonNode element = JSON.readTree(parser);
                String id = element.path("id").asText();
                hash = 31 * hash + id.hashCode();
                if (element instanceof ObjectNode json && MachineId.isMachineId(id)) {
                    Machine machine = Machine.of(json, new MachineId(id));
                    if (wanted.test(machine)) {
                        machines.add(machine);
                    }
                }
            }
        }
    }

    /** A token goes where the cloud's API is, never where an answer says. */
    private static URI follow(String link, Cloud cloud) throws DefenderException {
        URI base = cloud.api();
        String host = "something that is no URL";
        try {
            URI next = new URI(link).normalize();
            if (base.getScheme().equalsIgnoreCase(next.getScheme())
                    && base.getHost().equalsIgnoreCase(next.getHost())
                    && port(base) == port(next)
                    && next.getRawUserInfo() == null
                    && next.getRawPath().startsWith(base.getRawPath() + "/api/")) {
                return next;
            }
            host = "\"" + SingleLine.of(next.getRawAuthority() + next.getRawPath(), 80) + "\"";
        } catch (URISyntaxException x) {
            // said below
        }
        throw DefenderException.of(Kind.NOT_UNDERSTOOD)
                .message(base.getHost() + " continues its list of machines at " + host
                        + ", outside of the cloud's API at " + base + ".")
                .remedy(
                        "The token was not sent there. Choose the cloud to which that address belongs in the credential, or"
                                + " check the proxy in Manage Jenkins > System.")
                .build();
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }
}
