package io.jenkins.plugins.defendertags.client.auth;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** A file with a {@link FederatedToken} that something else renews. It is read at each sign-in. */
public record FederatedTokenFile(Path path) implements ClientAuthentication {

    private static final int MAX_BYTES = 64 << 10;

    @Override
    public String fingerprint() {
        return "file " + path;
    }

    @Override
    public Map<String, String> proof(URI endpoint, String clientId, Instant now) throws DefenderException {
        try (InputStream file = Files.newInputStream(path)) {
            String text = new String(file.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
            return new FederatedToken(text).proof(endpoint, clientId, now);
        } catch (IOException x) {
            throw unusable(
                    "The federated token file " + path + " cannot be read ("
                            + x.getClass().getSimpleName() + ").",
                    "Make it readable for the user that runs the controller.",
                    x);
        } catch (IllegalArgumentException x) {
            throw unusable("The federated token file " + path + " cannot be used.", x.getMessage(), x);
        }
    }

    private static DefenderException unusable(String message, String remedy, Exception cause) {
        return DefenderException.of(Kind.SIGN_IN)
                .message(message)
                .remedy(remedy)
                .errorCode(ErrorCode.FEDERATED_TOKEN_UNUSABLE)
                .cause(cause)
                .build();
    }
}
