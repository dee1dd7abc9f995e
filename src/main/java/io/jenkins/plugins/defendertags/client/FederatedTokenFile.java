package io.jenkins.plugins.defendertags.client;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.defendertags.client.DefenderException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** A file with a {@link FederatedToken} that something else keeps up to date, and that is read anew at each sign-in. */
public record FederatedTokenFile(Path path) implements ClientAuthentication {

    private static final int MAX_BYTES = 64 << 10;

    @NonNull
    @Override
    public String fingerprint() {
        return "file " + path;
    }

    @NonNull
    @Override
    public Map<String, String> proof(@NonNull URI endpoint, @NonNull String clientId, @NonNull Instant now)
            throws DefenderException {
        try (InputStream file = Files.newInputStream(path)) {
            String text = new String(file.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
            return new FederatedToken(text).proof(endpoint, clientId, now);
        } catch (IOException x) {
            throw unusable(
                    "The federated token's file " + path + " cannot be read ("
                            + x.getClass().getSimpleName() + ").",
                    "Let the controller's user read it.",
                    x);
        } catch (IllegalArgumentException x) {
            throw unusable("The file " + path + " does not do.", x.getMessage(), x);
        }
    }

    private static DefenderException unusable(String message, String remedy, Exception cause) {
        return new DefenderException(Kind.SIGN_IN, message, remedy, null, null, cause)
                .about(Topic.FEDERATED_TOKEN_UNUSABLE);
    }
}
