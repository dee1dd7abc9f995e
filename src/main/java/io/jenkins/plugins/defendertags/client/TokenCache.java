package io.jenkins.plugins.defendertags.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.entity.UrlEncodedFormEntity;
import org.apache.hc.core5.http.message.BasicNameValuePair;

/**
 * Entra's tokens, in memory only. A token is fetched once for any number of callers, renewed before it expires, and never
 * used for another secret of the same app registration. Thread-safe.
 *
 * <p>Source: "Microsoft identity platform and the OAuth 2.0 client credentials flow".
 */
final class TokenCache {

    private static final Duration EARLY = Duration.ofMinutes(5);
    private static final long SECONDS_IF_UNTOLD = 300;

    private final HttpTransport transport;
    private final Clock clock;
    private final Map<AppRegistration, Entry> entries = new ConcurrentHashMap<>();

    TokenCache(HttpTransport transport, Clock clock) {
        this.transport = transport;
        this.clock = clock;
    }

    /** @throws DefenderException if Entra gives none */
    AccessToken get(AppRegistration registration) throws DefenderException {
        return entries.computeIfAbsent(registration, r -> new Entry()).get(registration);
    }

    /** Forgets a token that Defender refused; one that was renewed in the meantime stays. */
    void drop(AppRegistration registration, AccessToken refused) {
        Entry entry = entries.get(registration);
        if (entry != null) {
            entry.drop(refused);
        }
    }

    private void forgetExpired(Instant now) {
        entries.values().removeIf(entry -> entry.isExpired(now));
    }

    private final class Entry {

        private volatile AccessToken current;

        AccessToken get(AppRegistration registration) throws DefenderException {
            AccessToken known = current;
            if (known != null && clock.instant().isBefore(known.renewAfter())) {
                return known;
            }
            synchronized (this) {
                if (current == null || !clock.instant().isBefore(current.renewAfter())) {
                    current = fetch(registration);
                    forgetExpired(clock.instant());
                }
                return current;
            }
        }

        synchronized void drop(AccessToken refused) {
            if (refused.equals(current)) {
                current = null;
            }
        }

        boolean isExpired(Instant now) {
            AccessToken known = current;
            return known != null && !now.isBefore(known.renewAfter());
        }
    }

    private AccessToken fetch(AppRegistration registration) throws DefenderException {
        HttpPost request = new HttpPost(
                URI.create(registration.cloud().authority() + "/" + registration.tenantId() + "/oauth2/v2.0/token"));
        request.setHeader("Accept", "application/json");
        request.setEntity(new UrlEncodedFormEntity(
                List.of(
                        new BasicNameValuePair("grant_type", "client_credentials"),
                        new BasicNameValuePair("client_id", registration.clientId()),
                        new BasicNameValuePair(
                                "client_secret", registration.secret().value()),
                        new BasicNameValuePair("scope", registration.cloud().scope())),
                StandardCharsets.UTF_8));
        HttpAnswer answer = transport.send(request);
        if (!answer.isSuccess()) {
            throw EntraErrors.of(answer, registration);
        }
        JsonNode json = answer.jsonObject();
        String value = json.path("access_token").asText();
        if (!value.matches("[\\x21-\\x7e]+")) {
            throw answer.notUnderstood("without an access token");
        }
        return new AccessToken(
                value, clock.instant().plus(useFor(json.path("expires_in").asLong(SECONDS_IF_UNTOLD))));
    }

    private static Duration useFor(long secondsToLive) {
        Duration life = Duration.ofSeconds(Math.max(0, secondsToLive));
        Duration half = life.dividedBy(2);
        return life.minus(EARLY).compareTo(half) > 0 ? life.minus(EARLY) : half;
    }
}
