package io.jenkins.plugins.defendertags.client.auth;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Entra's tokens, in memory only. A token is fetched once for any number of callers, renewed before it expires, and never
 * used for another secret of the same app registration. Thread-safe.
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

    /** @throws DefenderException if there is none */
    public AccessToken get(AppRegistration registration) throws DefenderException {
        Key key = Key.of(registration);
        Entry entry = entries.computeIfAbsent(key, k -> new Entry());
        try {
            return entry.get(registration);
        } catch (DefenderException x) {
            entries.remove(key, entry); // a build's own federated token never comes again
            throw x;
        }
    }

    /** Forgets a token that Defender refused; one that was renewed in the meantime stays. */
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
