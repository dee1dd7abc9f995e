package io.jenkins.plugins.defendertags.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ManagedIdentity;
import io.jenkins.plugins.defendertags.client.http.RetryAfter;
import io.jenkins.plugins.defendertags.client.http.TransportResponse;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.time.Duration;

/** What to do about the errors of Defender's API. */
final class DefenderErrors {

    private DefenderErrors() {}

    /** @param about what the request was about, as it reads after "Defender does not know" */
    static DefenderException of(TransportResponse answer, AppRegistration registration, String about) {
        JsonNode error = answer.json().path("error");
        String code = textOrNull(error.path("code"), 60);
        String correlationId = textOrNull(error.path("target"), 60);
        if (code == null && answer.status() != 429 && answer.status() < 500) {
            return answer.notUnderstood("instead of Defender's JSON");
        }
        Kind kind = kind(answer.status());
        // A gateway in front of Defender has its own envelope: {"statusCode":429,"message":"…"}.
        JsonNode text =
                error.has("message") ? error.path("message") : answer.json().path("message");
        String told = textOrNull(text, 300);
        Duration retryAfter = answer.retryAfter() == null ? RetryAfter.inMessage(told) : answer.retryAfter();
        String message = kind == Kind.NOT_FOUND
                ? "Defender does not know " + about + "."
                : "Defender answered HTTP " + answer.status() + (told == null ? "." : ": " + withFullStop(told));
        return DefenderException.of(kind)
                .message(message)
                .remedy(remedy(kind, registration))
                .code(code)
                .correlationId(correlationId)
                .retryAfter(retryAfter)
                .build();
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
                "Check that the credential's cloud is the tenant's, and that the tenant has an active licence of"
                        + " Microsoft Defender for Endpoint.";
            case FORBIDDEN -> grant(registration);
            case NOT_FOUND ->
                "Check the ID in the Defender portal; a new machine takes 5 to 30 minutes to appear there.";
            case THROTTLED ->
                "The app registration's limit of calls is used up, by Jenkins or by others that use it: give Jenkins an app"
                        + " registration of its own.";
            case UNAVAILABLE -> "Try again later.";
            default -> "Check the tag and the machine.";
        };
    }

    /** How to get the permission that is missing. */
    static String grant(AppRegistration registration) {
        return registration.signIn() instanceof ManagedIdentity
                ? "Assign the application role Machine.ReadWrite.All of WindowsDefenderATP to "
                        + registration.describe()
                        + "; Entra's portal cannot, PowerShell and Microsoft Graph can."
                : "In Entra, give the app registration " + registration.clientId()
                        + " the application permission Machine.ReadWrite.All of WindowsDefenderATP and grant admin consent.";
    }

    private static String textOrNull(JsonNode node, int limit) {
        String text = SingleLine.of(node.asText(null), limit);
        return text.isEmpty() ? null : text;
    }

    private static String withFullStop(String text) {
        return text.endsWith(".") ? text : text + ".";
    }
}
