package io.jenkins.plugins.defendertags.client.auth;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where a {@link FederatedToken} comes from. It is looked up for each sign-in, because such a token is valid for minutes and a
 * build can wait for hours. Two sources of one identity are equal.
 */
public final class FederatedTokenSource implements ClientAuthentication {

    private final String identity;
    private final Supplier<FederatedToken> lookup;

    /**
     * @param identity tells apart whose tokens prove different things; may contain secrets
     * @param lookup throws an {@link IllegalArgumentException} that says what to do if there is no usable token
     */
    public FederatedTokenSource(String identity, Supplier<FederatedToken> lookup) {
        this.identity = Sha256.of(identity);
        this.lookup = lookup;
    }

    @Override
    public String fingerprint() {
        return "token source " + identity;
    }

    @Override
    public Map<String, String> proof(URI endpoint, String clientId, Instant now) throws DefenderException {
        try {
            return lookup.get().proof(endpoint, clientId, now);
        } catch (IllegalArgumentException x) {
            throw DefenderException.of(Kind.SIGN_IN)
                    .message("The federated token cannot be used any more.")
                    .remedy(x.getMessage())
                    .errorCode(ErrorCode.FEDERATED_TOKEN_UNUSABLE)
                    .cause(x)
                    .build();
        }
    }

    @Override
    public boolean equals(@CheckForNull Object other) {
        return other instanceof FederatedTokenSource source && identity.equals(source.identity);
    }

    @Override
    public int hashCode() {
        return identity.hashCode();
    }

    @Override
    public String toString() {
        return "federated token";
    }
}
