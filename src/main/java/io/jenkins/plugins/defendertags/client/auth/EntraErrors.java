package io.jenkins.plugins.defendertags.client.auth;

import com.fasterxml.jackson.databind.JsonNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.http.TransportResponse;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What to do about the errors of Entra's token endpoint and of Azure's managed identities.
 *
 * <p>Source: "Microsoft Entra authentication and authorization error codes".
 */
public final class EntraErrors {

    private static final Pattern CODE = Pattern.compile("AADSTS(\\d{4,9})");
    private static final Set<String> PASSING = Set.of("90055", "90024", "90006");
    private static final Set<String> NO_FEDERATION = Set.of("70021", "700211", "700212", "700213");

    /** As documented for Azure's identity endpoint: it is being updated, or too busy. */
    private static final Set<Integer> AZURE_IS_BUSY = Set.of(404, 410, 429);

    private static final String SCOPE = "The cloud's scope must end in \"/.default\".";
    private static final String TENANT =
            "Check the tenant ID, and that the credential names the cloud the tenant lives in.";

    private static final Map<String, String> REMEDIES = Map.ofEntries(
            Map.entry(
                    "7000215",
                    "The client secret is wrong. Enter the secret's value, not its ID; Entra shows the value only once,"
                            + " so create a new secret if it is lost."),
            Map.entry("7000222", "The client secret has expired. Create a new one in Entra and enter its value."),
            Map.entry("700016", "Check the client ID: the tenant does not have this application."),
            Map.entry("90002", TENANT),
            Map.entry("900023", TENANT),
            Map.entry("90038", "Choose the national cloud of this tenant in the credential."),
            Map.entry("500011", "Check the cloud's scope, and that the tenant has Microsoft Defender for Endpoint."),
            Map.entry("70011", SCOPE),
            Map.entry("28002", SCOPE),
            Map.entry("1002012", SCOPE),
            Map.entry("700027", "Upload the certificate to the app registration in Entra."),
            Map.entry(
                    "700024",
                    "The assertion is out of date: check the controller's clock, or renew the federated token if that"
                            + " has expired."),
            Map.entry("50027", "Entra does not understand the federated token. Check what issued it."),
            Map.entry("7000218", "The credential has no client secret. Enter one."),
            Map.entry(
                    "7000229",
                    "Grant admin consent in Entra, so that the tenant gets its own copy of the application."),
            Map.entry(
                    "53003", "A Conditional Access policy blocks the application. Have this controller allowed there."),
            Map.entry("7000112", "Enable the application in Entra; it is disabled."));

    private EntraErrors() {}

    /** The codes that something is known about. */
    public static Set<String> codes() {
        return Stream.of(REMEDIES.keySet(), NO_FEDERATION, PASSING)
                .flatMap(Set::stream)
                .map(number -> "AADSTS" + number)
                .collect(Collectors.toSet());
    }

    /** @param proof what was sent; only the claims of a federated token are shown, and only if Entra has no use for them */
    static DefenderException of(TransportResponse answer, AppRegistration registration, Map<String, String> proof) {
        Told told = Told.by(answer);
        if (answer.status() == 429 || answer.status() >= 500 || PASSING.contains(told.number)) {
            return unavailable("Entra (" + answer.host() + ")", answer, told);
        }
        if (told.error.isEmpty()) {
            return answer.notUnderstood("instead of a token");
        }
        String remedy = NO_FEDERATION.contains(told.number)
                ? "No federated credential of the application in Entra is for this token. "
                        + FederatedToken.describe(proof)
                : REMEDIES.getOrDefault(told.number, "Check the app registration in Entra and in Jenkins.");
        return DefenderException.of(Kind.SIGN_IN)
                .message("Entra did not sign in " + registration.describe() + ".")
                .remedy(remedy)
                .code(told.code())
                .correlationId(told.correlationId)
                .build();
    }

    static DefenderException ofManagedIdentity(TransportResponse answer, AppRegistration registration) {
        Told told = Told.by(answer);
        if (answer.status() >= 500 || AZURE_IS_BUSY.contains(answer.status()) && !told.error.isEmpty()) {
            return unavailable("Azure's identity endpoint", answer, told);
        }
        if (told.error.isEmpty()) {
            return noManagedIdentity(Kind.NOT_UNDERSTOOD, null);
        }
        String remedy = REMEDIES.getOrDefault(
                told.number,
                "Assign a managed identity to the machine that the controller runs on; if it has several, enter the client"
                        + " ID of one.");
        return DefenderException.of(Kind.SIGN_IN)
                .message("Azure gave no token for " + registration.describe() + ".")
                .remedy(remedy)
                .code(told.code())
                .correlationId(told.correlationId)
                .errorCode(ErrorCode.of(told.code(), ErrorCode.NO_MANAGED_IDENTITY))
                .build();
    }

    /** Nobody answered at the endpoint, or not as Azure does. */
    static DefenderException noManagedIdentity(Kind kind, @CheckForNull Exception cause) {
        return DefenderException.of(kind)
                .message("There is no managed identity here: Azure's identity endpoint did not answer.")
                .remedy(
                        "Use one only where the Jenkins controller runs on a virtual machine of Azure; elsewhere choose another"
                                + " way to sign in.")
                .errorCode(ErrorCode.NO_MANAGED_IDENTITY)
                .cause(cause)
                .build();
    }

    private static DefenderException unavailable(String who, TransportResponse answer, Told told) {
        return DefenderException.of(Kind.UNAVAILABLE)
                .message(who + " is not available at the moment (HTTP " + answer.status() + ").")
                .remedy("Try again later.")
                .code(told.error.isEmpty() ? null : told.code())
                .correlationId(told.correlationId)
                .retryAfter(answer.retryAfter())
                .build();
    }

    /**
     * What an error answer says.
     *
     * @param error OAuth's name of the error, or empty
     * @param number Entra's, or empty
     */
    private record Told(
            String error, String number, @CheckForNull String correlationId) {

        static Told by(TransportResponse answer) {
            JsonNode json = answer.json();
            // The description goes on with trace ID and time, in lines of their own.
            String description =
                    json.path("error_description").asText().lines().findFirst().orElse("");
            Matcher matcher = CODE.matcher(description);
            String number = matcher.find()
                    ? matcher.group(1)
                    : json.path("error_codes").path(0).asText();
            String correlationId = SingleLine.of(json.path("correlation_id").asText(null), 60);
            return new Told(
                    SingleLine.of(json.path("error").asText(), 60),
                    SingleLine.of(number, 12),
                    correlationId.isEmpty() ? null : correlationId);
        }

        String code() {
            return number.isEmpty() ? error : "AADSTS" + number;
        }
    }
}
