package io.jenkins.plugins.defendertags.client.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.defendertags.client.http.HttpTransport;
import io.jenkins.plugins.defendertags.client.http.TransportResponse;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.entity.UrlEncodedFormEntity;
import org.apache.hc.core5.http.message.BasicNameValuePair;
import org.apache.hc.core5.net.URIBuilder;

/**
 * Exchanges a {@link SignIn} for a token, with one request. Thread-safe.
 *
 * <p>Source: "Microsoft identity platform and the OAuth 2.0 client credentials flow".
 */
public final class TokenEndpoint {

    private static final Duration RENEW_BEFORE_END = Duration.ofMinutes(5);
    private static final long DEFAULT_LIFETIME_SECONDS = 300;

    private final HttpTransport transport;
    private final Clock clock;

    public TokenEndpoint(HttpTransport transport, Clock clock) {
        this.transport = transport;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    /** @throws DefenderException if Entra or Azure issues none */
    public AccessToken fetch(AppRegistration registration) throws DefenderException {
        TransportResponse response = registration.signIn() instanceof ClientAuthentication authentication
                ? requestFromEntra(registration, authentication)
                : requestFromAzure(registration, (ManagedIdentity) registration.signIn());
        JsonNode json = response.jsonObject();
        String value = json.path("access_token").asText();
        if (!value.matches("[\\x21-\\x7e]+")) {
            throw response.notUnderstood("without an access token");
        }
        return new AccessToken(
                value, now().plus(usableTime(json.path("expires_in").asLong(DEFAULT_LIFETIME_SECONDS))));
    }

    private TransportResponse requestFromEntra(AppRegistration registration, ClientAuthentication authentication)
            throws DefenderException {
        URI endpoint =
                URI.create(registration.cloud().authority() + "/" + registration.tenantId() + "/oauth2/v2.0/token");
        Map<String, String> proof = authentication.proof(endpoint, registration.clientId(), now());
        Map<String, String> form = new LinkedHashMap<>(proof);
        form.put("grant_type", "client_credentials");
        form.put("client_id", registration.clientId());
        form.put("scope", registration.cloud().scope());
        HttpPost request = new HttpPost(endpoint);
        request.setHeader("Accept", "application/json");
        request.setEntity(new UrlEncodedFormEntity(
                form.entrySet().stream()
                        .map(field -> new BasicNameValuePair(field.getKey(), field.getValue()))
                        .toList(),
                StandardCharsets.UTF_8));
        TransportResponse response = transport.send(request);
        if (!response.isSuccess()) {
            throw EntraErrors.of(response, registration, proof);
        }
        return response;
    }

    private TransportResponse requestFromAzure(AppRegistration registration, ManagedIdentity identity)
            throws DefenderException {
        HttpGet request = new HttpGet(identityUrl(registration, identity));
        request.setHeader("Metadata", "true");
        TransportResponse response;
        try {
            response = transport.sendDirectly(request);
        } catch (DefenderException x) {
            throw EntraErrors.noManagedIdentity(x.kind(), x);
        }
        if (!response.isSuccess()) {
            throw EntraErrors.ofManagedIdentity(response, registration);
        }
        if (!response.json().isObject()) {
            throw EntraErrors.noManagedIdentity(Kind.NOT_UNDERSTOOD, null);
        }
        return response;
    }

    private static URI identityUrl(AppRegistration registration, ManagedIdentity identity) {
        try {
            URIBuilder url = new URIBuilder(identity.endpoint())
                    .addParameter("api-version", "2018-02-01")
                    .addParameter("resource", registration.cloud().resource());
            if (!registration.clientId().isEmpty()) {
                url.addParameter("client_id", registration.clientId());
            }
            return url.build();
        } catch (URISyntaxException x) {
            throw new IllegalStateException(x);
        }
    }

    private static Duration usableTime(long secondsToLive) {
        Duration life = Duration.ofSeconds(Math.max(0, secondsToLive));
        Duration half = life.dividedBy(2);
        return life.minus(RENEW_BEFORE_END).compareTo(half) > 0 ? life.minus(RENEW_BEFORE_END) : half;
    }
}
