package io.jenkins.plugins.defendertags.client.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The claims of a JSON Web Token, for messages only: the signature is not checked. Entra's tokens are documented as opaque,
 * so one that cannot be read is not an error.
 */
public record JwtClaims(JsonNode json) {

    private static final JsonMapper JSON = new JsonMapper();

    public static JwtClaims of(String token) {
        String[] parts = token.split("\\.");
        if (parts.length < 2) {
            return new JwtClaims(MissingNode.getInstance());
        }
        try {
            return new JwtClaims(JSON.readTree(Base64.getUrlDecoder().decode(parts[1])));
        } catch (IOException | IllegalArgumentException x) {
            return new JwtClaims(MissingNode.getInstance());
        }
    }

    public boolean isReadable() {
        return json.isObject();
    }

    /** Returns a claim as one line; an array as its elements, separated by commas. */
    public String text(String claim) {
        return SingleLine.of(String.join(", ", list(claim)), 200);
    }

    public List<String> list(String claim) {
        JsonNode value = json.path(claim);
        List<String> texts = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(element -> texts.add(element.asText()));
        } else if (value.isValueNode()) {
            texts.add(value.asText());
        }
        return texts;
    }
}
