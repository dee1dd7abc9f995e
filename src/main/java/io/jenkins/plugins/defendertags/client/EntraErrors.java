package io.jenkins.plugins.defendertags.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.defendertags.client.DefenderException.Kind;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to do about the errors of Entra's token endpoint.
 *
 * <p>Source: "Microsoft Entra authentication and authorization error codes".
 */
final class EntraErrors {

    private static final Pattern CODE = Pattern.compile("AADSTS(\\d{4,9})");
    private static final Set<String> PASSING = Set.of("90055", "90024", "90006");

    private static final Map<String, String> REMEDIES = Map.ofEntries(
            Map.entry(
                    "7000215",
                    "The client secret is wrong. Enter the secret's value, not its ID; Entra shows the value only once,"
                            + " so create a new secret if it is lost."),
            Map.entry("7000222", "The client secret has expired. Create a new one in Entra and enter its value."),
            Map.entry("700016", "Check the client ID: the tenant does not have this application."),
            Map.entry("90002", "Check the tenant ID, and that the credential names the cloud the tenant lives in."),
            Map.entry("90038", "Choose the national cloud of this tenant in the credential."),
            Map.entry("500011", "Check the cloud's scope, and that the tenant has Microsoft Defender for Endpoint."),
            Map.entry("70011", "The cloud's scope must end in \"/.default\"."),
            Map.entry("28002", "The cloud's scope must end in \"/.default\"."),
            Map.entry("700027", "Upload the certificate to the app registration in Entra."),
            Map.entry("7000218", "The credential has no client secret. Enter one."),
            Map.entry("7000112", "Enable the application in Entra; it is disabled."));

    private EntraErrors() {}

    static DefenderException of(HttpAnswer answer, AppRegistration registration) {
        JsonNode json = answer.json();
        String error = json.path("error").asText();
        if (error.isEmpty()) {
            return answer.status() >= 500
                    ? unavailable(answer, null, null)
                    : answer.notUnderstood("instead of a token");
        }
        // The description goes on with trace ID and time, in lines of their own.
        String description =
                json.path("error_description").asText().lines().findFirst().orElse("");
        Matcher matcher = CODE.matcher(description);
        String number = matcher.find()
                ? matcher.group(1)
                : json.path("error_codes").path(0).asText();
        String code = number.isEmpty() ? OneLine.of(error, 60) : "AADSTS" + OneLine.of(number, 12);
        String correlationId = OneLine.of(json.path("correlation_id").asText(null), 60);
        correlationId = correlationId.isEmpty() ? null : correlationId;
        if (answer.status() >= 500 || PASSING.contains(number)) {
            return unavailable(answer, code, correlationId);
        }
        String remedy = REMEDIES.getOrDefault(number, "Check the app registration in Entra and in Jenkins.");
        return new DefenderException(
                Kind.SIGN_IN,
                "Entra did not sign in the app registration " + registration.clientId() + " of tenant "
                        + registration.tenantId() + ".",
                remedy,
                code,
                correlationId,
                null);
    }

    private static DefenderException unavailable(HttpAnswer answer, String code, String correlationId) {
        return new DefenderException(
                Kind.UNAVAILABLE,
                "Entra (" + answer.host() + ") is not available at the moment (HTTP " + answer.status() + ").",
                "Try again later.",
                code,
                correlationId,
                null);
    }
}
