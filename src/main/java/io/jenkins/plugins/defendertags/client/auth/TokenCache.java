package io.jenkins.plugins.defendertags.client.auth;

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

    public TokenCache(TokenEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    private record Key(AppRegistration.QueueKey application, String proof) {

        static Key of(AppRegistration registration) {
            return new Key(registration.queueKey(), registration.signIn().fingerprint());
        }
    }

    /** @throws DefenderException if Entra issues none */
    public AccessToken get(AppRegistration registration) throws DefenderException {
        Key key = Key.of(registration);
        Entry entry = entries.computeIfAbsent(key, k -> new Entry());
        try {
            return entry.get(registration);
        } catch (DefenderException x) {
            entries.remove(key, entry); // the federated token of a build is never used again
            throw x;
        }
    }

    /** Forgets a token that Defender refused, unless it has been renewed in the meantime. */
    public void drop(AppRegistration registration, AccessToken refused) {
        entries.computeIfPresent(Key.of(registration), (key, entry) -> refused.equals(entry.current) ? null : entry);
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
