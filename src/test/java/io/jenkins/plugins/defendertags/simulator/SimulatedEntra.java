package io.jenkins.plugins.defendertags.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Entra's token endpoint, which takes a secret, an assertion signed with a registered certificate and a trusted issuer's
 * token, and Azure's identity endpoint. Errors are worded as Entra's. Thread-safe.
 */
public final class SimulatedEntra {

    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final String IDENTITY_PATH = "/metadata/identity/oauth2/token";

    private final Supplier<String> url;
    private final List<String> everyToken = new CopyOnWriteArrayList<>();
    private final Map<String, String> rolesByToken = new ConcurrentHashMap<>();
    private final Set<String> assertionIds = ConcurrentHashMap.newKeySet();
    private volatile String roles = "Machine.ReadWrite.All";
    private volatile X509Certificate certificate;
    private volatile SimulatedIssuer issuer;
    private volatile String trustedSubject;
    private volatile Set<String> identities = Set.of();

    SimulatedEntra(Supplier<String> url) {
        this.url = url;
    }

    /** "Upload certificate"; the one before is gone. */
    public void registerCertificate(X509Certificate certificate) {
        this.certificate = certificate;
    }

    /** "Add federated credential". */
    public void trust(SimulatedIssuer issuer, String subject) {
        this.issuer = issuer;
        trustedSubject = subject;
    }

    /** Gives the machine identities: their client IDs. */
    public void assignIdentities(String... clientIds) {
        identities = Set.of(clientIds);
    }

    /** Where {@link #assignIdentities} are to be had. */
    public String identityUrl() {
        return url.get() + IDENTITY_PATH;
    }

    void grantRoles(String roles) {
        this.roles = roles;
    }

    List<String> tokens() {
        return List.copyOf(everyToken);
    }

    void revokeTokens() {
        rolesByToken.clear();
    }

    /** The permissions of a request with this header, or null if there is no such token. */
    String rolesOf(String authorization) {
        return authorization == null ? null : rolesByToken.get(authorization.replaceFirst("^Bearer ", ""));
    }

    void answer(HttpExchange exchange, String path, String body) throws IOException {
        try {
            boolean identity = path.equals(IDENTITY_PATH);
            Map<String, String> form = form(identity ? exchange.getRequestURI().getRawQuery() : body);
            if (identity) {
                checkIdentity(exchange, form);
            } else {
                checkApplication(path, form);
            }
            DefenderSimulator.sendJson(exchange, 200, success(identity));
        } catch (Refusal refusal) {
            DefenderSimulator.sendJson(exchange, refusal.status, refusal.body);
        }
    }

    private Map<String, Object> success(boolean identity) {
        String token = newToken();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("token_type", "Bearer");
        answer.put("access_token", token);
        // Azure's identity endpoint has numbers as strings.
        answer.put("expires_in", identity ? "86399" : 3599);
        answer.put("ext_expires_in", identity ? "86399" : 3599);
        if (identity) {
            answer.put("resource", url.get());
            answer.put("expires_on", Long.toString(Instant.now().getEpochSecond() + 86399));
        }
        return answer;
    }

    private String newToken() {
        Instant now = Instant.now();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("aud", url.get());
        claims.put("iss", "https://sts.windows.net/" + DefenderSimulator.TENANT + "/");
        claims.put("nbf", now.getEpochSecond());
        claims.put("exp", now.getEpochSecond() + 3599);
        claims.put("appid", DefenderSimulator.CLIENT);
        claims.put("tid", DefenderSimulator.TENANT);
        claims.put("uti", UUID.randomUUID().toString());
        if (!roles.isEmpty()) {
            claims.put("roles", Arrays.asList(roles.split(",")));
        }
        String token = Jwt.unsigned(Map.of("typ", "JWT", "alg", "RS256"), claims) + "."
                + Jwt.base64(UUID.randomUUID().toString());
        everyToken.add(token);
        rolesByToken.put(token, roles);
        return token;
    }

    private void checkIdentity(HttpExchange exchange, Map<String, String> query) throws Refusal {
        refuseIf(
                !"true".equals(exchange.getRequestHeaders().getFirst("Metadata")),
                Refusal.azure("bad_request_102", "Required metadata header not specified"));
        refuseIf(
                !"2018-02-01".equals(query.get("api-version")),
                Refusal.azure("invalid_request", "The api-version is not supported"));
        refuseIf(
                !url.get().equals(query.get("resource")), Refusal.azure("invalid_resource", "AADSTS500011: not found"));
        String wanted = query.get("client_id");
        refuseIf(
                wanted == null ? identities.size() != 1 : !identities.contains(wanted),
                Refusal.azure("invalid_request", "Identity not found"));
    }

    private void checkApplication(String path, Map<String, String> form) throws Refusal {
        refuseIf(
                !path.equals("/login/" + DefenderSimulator.TENANT + "/oauth2/v2.0/token")
                        && !path.equalsIgnoreCase("/login/" + DefenderSimulator.DOMAIN + "/oauth2/v2.0/token"),
                new Refusal(400, "invalid_request", 90002, "Tenant was not found."));
        refuseIf(
                !DefenderSimulator.CLIENT.equals(form.get("client_id")),
                new Refusal(400, "unauthorized_client", 700016, "Application was not found in the directory."));
        if (form.containsKey("client_assertion")) {
            refuseIf(
                    !ASSERTION_TYPE.equals(form.get("client_assertion_type")),
                    new Refusal(
                            400, "invalid_request", 900144, "The request body must contain: 'client_assertion_type'."));
            checkAssertion(path, form.get("client_assertion"));
        } else {
            refuseIf(
                    form.getOrDefault("client_secret", "").isEmpty(),
                    Refusal.client(7000218, "The request body must contain: 'client_assertion' or 'client_secret'."));
            refuseIf(
                    !DefenderSimulator.SECRET.equals(form.get("client_secret")),
                    Refusal.client(
                            7000215,
                            "Invalid client secret provided. Ensure the secret being sent in the request is the client"
                                    + " secret value, not the client secret ID, for a secret added to app '"
                                    + DefenderSimulator.CLIENT + "'."));
        }
        refuseIf(
                !"client_credentials".equals(form.get("grant_type"))
                        || !(url.get() + "/.default").equals(form.get("scope")),
                new Refusal(400, "invalid_scope", 1002012, "The provided value for scope is not valid."));
    }

    private void checkAssertion(String path, String assertion) throws Refusal {
        JsonNode header = Jwt.header(assertion);
        JsonNode claims = Jwt.claims(assertion);
        refuseIf(!claims.isObject(), Refusal.client(50027, "JWT token is invalid or malformed."));
        if (header.has("x5t#S256")) {
            checkCertificate(path, assertion);
        } else {
            checkFederation(assertion);
        }
        long now = Instant.now().getEpochSecond();
        refuseIf(
                claims.path("exp").asLong() < now || claims.path("nbf").asLong() > now + 300,
                Refusal.client(700024, "Client assertion is not within its valid time range."));
    }

    private void checkCertificate(String path, String assertion) throws Refusal {
        JsonNode header = Jwt.header(assertion);
        JsonNode claims = Jwt.claims(assertion);
        refuseIf(
                certificate == null
                        || !header.path("alg").asText().equals("PS256")
                        || !header.path("x5t#S256").asText().equals(Jwt.thumbprint(certificate))
                        || !Jwt.isSignedPs256(assertion, certificate.getPublicKey()),
                Refusal.client(
                        700027,
                        "The certificate with identifier used to sign the client assertion is not registered on"
                                + " application. [Reason - The key was not found.]"));
        refuseIf(
                !claims.path("iss").asText().equals(DefenderSimulator.CLIENT)
                        || !claims.path("sub").asText().equals(DefenderSimulator.CLIENT),
                Refusal.client(700021, "Client assertion application identifier doesn't match 'client_id' parameter."));
        refuseIf(
                !claims.path("aud").asText().equals(url.get() + path),
                Refusal.client(700023, "Client assertion audience claim does not match Realm issuer."));
        refuseIf(
                claims.path("exp").asLong() - claims.path("nbf").asLong() > 600,
                Refusal.client(700024, "Client assertion is valid for too long."));
        refuseIf(
                claims.path("jti").asText().isEmpty()
                        || !assertionIds.add(claims.path("jti").asText()),
                Refusal.client(50013, "Assertion was used before."));
    }

    private void checkFederation(String assertion) throws Refusal {
        JsonNode claims = Jwt.claims(assertion);
        String matching = "No matching federated identity record found for presented assertion ";
        refuseIf(
                issuer == null || !claims.path("iss").asText().equals(issuer.url()),
                Refusal.client(
                        700211, matching + "issuer '" + claims.path("iss").asText() + "'."));
        refuseIf(!issuer.hasSigned(assertion), Refusal.client(50013, "Assertion failed signature validation."));
        refuseIf(
                !claims.path("aud").asText().equals(SimulatedIssuer.AUDIENCE),
                Refusal.client(
                        700212, matching + "audience '" + claims.path("aud").asText() + "'."));
        refuseIf(
                !claims.path("sub").asText().equals(trustedSubject),
                Refusal.client(
                        700213, matching + "subject '" + claims.path("sub").asText() + "'."));
    }

    private static void refuseIf(boolean wrong, Refusal refusal) throws Refusal {
        if (wrong) {
            throw refusal;
        }
    }

    private static Map<String, String> form(String encoded) {
        return Arrays.stream((encoded == null ? "" : encoded).split("&"))
                .map(pair -> pair.split("=", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(
                        pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8), (a, b) -> a));
    }

    private static final class Refusal extends Exception {

        private static final long serialVersionUID = 1;
        private final int status;
        private final transient Map<String, Object> body = new LinkedHashMap<>();

        private Refusal(int status, String error) {
            this.status = status;
            body.put("error", error);
        }

        Refusal(int status, String error, int code, String text) {
            this(status, error);
            String traceId = UUID.randomUUID().toString();
            String correlationId = UUID.randomUUID().toString();
            body.put(
                    "error_description",
                    "AADSTS" + code + ": " + text + " Trace ID: " + traceId + "\r\nCorrelation ID: " + correlationId
                            + "\r\nTimestamp: " + Instant.now());
            body.put("error_codes", List.of(code));
            body.put("timestamp", Instant.now().toString());
            body.put("trace_id", traceId);
            body.put("correlation_id", correlationId);
            body.put("error_uri", "https://login.microsoftonline.com/error?code=" + code);
        }

        static Refusal client(int code, String text) {
            return new Refusal(401, "invalid_client", code, text);
        }

        static Refusal azure(String error, String text) {
            Refusal refusal = new Refusal(400, error);
            refusal.body.put("error_description", text);
            return refusal;
        }
    }
}
