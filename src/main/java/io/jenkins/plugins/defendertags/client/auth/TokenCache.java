package io.jenkins.plugins.defendertags.client.auth;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Entra's tokens, in memory only. A token is fetched once for all callers, renewed before it expires, and never used with
 * another secret of the same app registration. Thread-safe.
 */
public final class TokenCache {

    private final TokenEndpoint endpoint;
    private final Map<Key, Entry> entries = new ConcurrentHashMap<>();
    /** The same applications with the ID of the tenant instead of one of its domain names. */
    private final Map<AppRegistration.QueueKey, AppRegistration.QueueKey> withTenantIds = new ConcurrentHashMap<>();

    private final Map<Key, SignInFailure> failures = new ConcurrentHashMap<>();

    public TokenCache(TokenEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    private record Key(AppRegistration.QueueKey application, String proof) {

        static Key of(AppRegistration registration) {
            return new Key(registration.queueKey(), registration.signIn().fingerprint());
        }

        /** Each build has a federated token of its own, but all of them sign in the same way. */
        static Key ofFailure(AppRegistration registration) {
            return registration.signIn() instanceof FederatedToken
                    ? new Key(registration.queueKey(), "")
                    : of(registration);
        }
    }

    /** @throws DefenderException if Entra issues none */
    public AccessToken get(AppRegistration registration) throws DefenderException {
        Key key = Key.of(registration);
        Entry entry = entries.computeIfAbsent(key, k -> new Entry());
        try {
            return entry.get(registration);
        } catch (DefenderException x) {
            if (x.kind() == DefenderException.Kind.SIGN_IN) {
                failures.put(Key.ofFailure(registration), new SignInFailure(x, endpoint.now()));
            }
            entries.remove(key, entry); // the federated token of a build is never used again
            throw x;
        }
    }

    /**
     * Returns the queue key of an app registration, with the tenant's ID if the tenant is given by a domain name and a token
     * has told which ID it has.
     */
    public AppRegistration.QueueKey queueKey(AppRegistration registration) {
        AppRegistration.QueueKey spelled = registration.queueKey();
        return withTenantIds.getOrDefault(spelled, spelled);
    }

    private void learnTenantId(AppRegistration registration, AccessToken token) {
        if (!registration.tenantId().isEmpty() && !AppRegistration.isGuid(registration.tenantId())) {
            String id = JwtClaims.of(token.value()).text("tid");
            if (AppRegistration.isGuid(id)) {
                AppRegistration.QueueKey spelled = registration.queueKey();
                withTenantIds.put(spelled, spelled.withTenantId(id));
            }
        }
    }

    /** Forgets a token that Defender refused, unless it has been renewed in the meantime. */
    public void drop(AppRegistration registration, AccessToken refused) {
        entries.computeIfPresent(Key.of(registration), (key, entry) -> refused.equals(entry.current) ? null : entry);
    }

    /** Whether the last sign-in of any app registration was refused. */
    public boolean hasFailures() {
        return !failures.isEmpty();
    }

    /** Returns the last sign-in if Entra refused it, and null if it succeeded or if there was none with this proof. */
    @CheckForNull
    public SignInFailure lastFailure(AppRegistration registration) {
        return failures.get(Key.ofFailure(registration));
    }

    private void forgetExpired(Instant now) {
        entries.values().removeIf(entry -> entry.isExpired(now));
    }

    private final class Entry {

        private volatile AccessToken current;

        public AccessToken get(AppRegistration registration) throws DefenderException {
            AccessToken known = current;
            if (known != null && endpoint.now().isBefore(known.renewAfter())) {
                return known;
            }
            synchronized (this) {
                if (current == null || !endpoint.now().isBefore(current.renewAfter())) {
                    current = endpoint.fetch(registration);
                    learnTenantId(registration, current);
                    failures.remove(Key.ofFailure(registration));
                    forgetExpired(endpoint.now());
                }
                return current;
            }
        }

        boolean isExpired(Instant now) {
            AccessToken known = current;
            return known != null && !now.isBefore(known.renewAfter());
        }
    }
}
