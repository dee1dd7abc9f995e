package io.jenkins.plugins.defendertags.client.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.io.IOException;
import java.time.Duration;

/**
 * A complete answer to one request.
 *
 * @param host who answered
 * @param status the HTTP status
 * @param contentType as the server said, or null
 * @param retryAfter how long the server wants to be left alone, or null if it did not say
 * @param body at most {@link HttpTransport#MAX_BODY} bytes
 */
public record TransportResponse(
        String host,
        int status,
        @CheckForNull String contentType,
        @CheckForNull Duration retryAfter,
        byte[] body) {

    private static final JsonMapper JSON = new JsonMapper();

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** The body's JSON, or a missing node if it is none. */
    public JsonNode json() {
        try {
            JsonNode json = JSON.readTree(body);
            return json == null ? MissingNode.getInstance() : json;
        } catch (IOException x) {
            return MissingNode.getInstance();
        }
    }

    /** @throws DefenderException if the body is no JSON object, whatever the status */
    public ObjectNode jsonObject() throws DefenderException {
        if (json() instanceof ObjectNode object) {
            return object;
        }
        throw notUnderstood("instead of JSON");
    }

    public DefenderException notUnderstood(String insteadOf) {
        return DefenderException.of(DefenderException.Kind.NOT_UNDERSTOOD)
                .message(host + " answered HTTP " + status + " with " + describeBody() + " " + insteadOf + ".")
                .remedy("Usually a proxy or gateway between Jenkins and Microsoft answered:"
                        + " check the proxy in Manage Jenkins > System and the URLs of the cloud.")
                .build();
    }

    private String describeBody() {
        if (body.length == 0) {
            return "nothing";
        }
        if (contentType != null && contentType.startsWith("text/html")) {
            return "an HTML page";
        }
        return body.length + " bytes of " + (contentType == null ? "unknown type" : SingleLine.of(contentType, 60));
    }
}
