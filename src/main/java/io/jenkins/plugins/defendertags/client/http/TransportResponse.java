package io.jenkins.plugins.defendertags.client.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * A complete response to one request.
 *
 * @param host the server that was asked
 * @param status the HTTP status
 * @param contentType the value of the header, or null
 * @param retryAfter how long the server asked to wait before the next request, or null
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

    /** Returns whether the body is a web page, which Microsoft's APIs never send but proxies and gateways do. */
    public boolean isHtml() {
        return contentType != null && contentType.toLowerCase(Locale.ROOT).matches("(text/html|application/xhtml).*")
                || new String(body, 0, Math.min(body.length, 64), StandardCharsets.ISO_8859_1)
                        .stripLeading()
                        .startsWith("<");
    }

    /** Returns the body's JSON, or a missing node if the body is not JSON. */
    public JsonNode json() {
        try {
            JsonNode json = JSON.readTree(body);
            return json == null ? MissingNode.getInstance() : json;
        } catch (IOException x) {
            return MissingNode.getInstance();
        }
    }

    /** @throws DefenderException if the body is not a JSON object, whatever the status */
    public ObjectNode jsonObject() throws DefenderException {
        if (json() instanceof ObjectNode object) {
            return object;
        }
        throw notUnderstood("instead of JSON");
    }

    /** Makes the error for a response that is not Microsoft's. */
    public DefenderException notUnderstood(String insteadOf) {
        return notUnderstood(Kind.NOT_UNDERSTOOD, insteadOf);
    }

    /** The same, where the status alone decides what the caller does next. */
    public DefenderException notUnderstood(Kind kind, String insteadOf) {
        return DefenderException.of(kind)
                .message(host + " answered HTTP " + status + " with " + describeBody() + " " + insteadOf + ".")
                .remedy("Usually a proxy or gateway between Jenkins and Microsoft sent this: check the proxy in Manage"
                        + " Jenkins > System and the URLs of the cloud.")
                .errorCode(ErrorCode.NOT_UNDERSTOOD)
                .build();
    }

    private String describeBody() {
        if (body.length == 0) {
            return "an empty body";
        }
        if (isHtml()) {
            return "an HTML page";
        }
        return body.length + " bytes of " + (contentType == null ? "unknown type" : SingleLine.of(contentType, 60));
    }
}
