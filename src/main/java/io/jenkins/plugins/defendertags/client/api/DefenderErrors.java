package io.jenkins.plugins.defendertags.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ManagedIdentity;
import io.jenkins.plugins.defendertags.client.http.RetryAfter;
import io.jenkins.plugins.defendertags.client.http.TransportResponse;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.time.Duration;
import java.util.Set;

/** Turns error responses of Defender's API into errors that say what to do. */
final class DefenderErrors {

    /** Bad request and three ways to say that it is too long, which Defender's web server answers without an envelope. */
    private static final Set<Integer> BAD_OR_TOO_LONG = Set.of(400, 413, 414, 431);

    private DefenderErrors() {}

    /** @param subject what the request was about, as it reads after "Defender does not know" */
    static DefenderException of(TransportResponse response, AppRegistration registration, String subject) {
        JsonNode json = response.json();
        JsonNode error = json.path("error");
        String code = textOrNull(error.path("code"), 60);
        Kind kind = kind(response.status());
        if (code == null && !isClearWithoutCode(response)) {
            return BAD_OR_TOO_LONG.contains(response.status())
                    ? response.notUnderstood(kind, "instead of Defender's JSON")
                    : response.notUnderstood("instead of Defender's JSON");
        }
        // A gateway in front of Defender has an envelope of its own: {"statusCode":429,"message":"…"}.
        String details = textOrNull((error.has("message") ? error : json).path("message"), 300);
        Duration retryAfter = response.retryAfter() == null ? RetryAfter.inMessage(details) : response.retryAfter();
        return DefenderException.of(kind)
                .message(
                        kind == Kind.NOT_FOUND
                                ? "Defender does not know " + subject + "."
                                : "Defender answered HTTP " + response.status()
                                        + (details == null ? "." : ": " + withFullStop(details)))
                .remedy(remedy(kind, registration))
                .code(code)
                .correlationId(textOrNull(error.path("target"), 60))
                .retryAfter(retryAfter)
                .build();
    }

    /** What a 404 about a machine says, for a machine that no list contains. */
    static DefenderException unknownMachine(AppRegistration registration, MachineId id) {
        return DefenderException.of(Kind.NOT_FOUND)
                .message("Defender does not know the machine " + id + ".")
                .remedy(remedy(Kind.NOT_FOUND, registration))
                .build();
    }

    /**
     * Returns whether the status alone is conclusive. A 404 is not: if it comes from a gateway, the machine may well exist.
     * A 401 or 403 is, unless it comes with a web page, which is how a proxy asks people to sign in.
     */
    private static boolean isClearWithoutCode(TransportResponse response) {
        return switch (response.status()) {
            case 401, 403 -> !response.isHtml();
            case 429 -> true;
            default -> response.status() >= 500;
        };
    }

    private static Kind kind(int status) {
        return switch (status) {
            case 401 -> Kind.UNAUTHORIZED;
            case 403 -> Kind.FORBIDDEN;
            case 404 -> Kind.NOT_FOUND;
            case 429 -> Kind.THROTTLED;
            default -> status >= 500 ? Kind.UNAVAILABLE : Kind.REFUSED;
        };
    }

    private static String remedy(Kind kind, AppRegistration registration) {
        return switch (kind) {
            case UNAUTHORIZED ->
                "Check that the credential's cloud is the one of the tenant, and that the tenant has an active license for"
                        + " Microsoft Defender for Endpoint.";
            case FORBIDDEN -> grantPermission(registration);
            case NOT_FOUND ->
                "Check the ID in the Defender portal. A new machine takes 5 to 30 minutes to appear there.";
            case THROTTLED ->
                "The rate limit of this app registration is used up, by Jenkins or by others that use it: give Jenkins an"
                        + " app registration of its own.";
            case UNAVAILABLE -> "Try again later.";
            default -> "Check the tag and the machine.";
        };
    }

    /** Says how to get the missing permission. */
    static String grantPermission(AppRegistration registration) {
        return registration.signIn() instanceof ManagedIdentity
                ? "Assign the application role Machine.ReadWrite.All of WindowsDefenderATP to "
                        + registration.describe()
                        + " with PowerShell or Microsoft Graph. Entra's portal cannot do that."
                : "In Entra, give the app registration " + registration.clientId()
                        + " the application permission Machine.ReadWrite.All of WindowsDefenderATP and grant admin consent.";
    }

    @CheckForNull
    private static String textOrNull(JsonNode node, int limit) {
        String text = SingleLine.of(node.asText(null), limit);
        return text.isEmpty() ? null : text;
    }

    private static String withFullStop(String text) {
        return text.endsWith(".") ? text : text + ".";
    }
}
