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
 * Turns error responses of Entra's token endpoint and of Azure's identity endpoint into errors that say what to do.
 *
 * <p>Source: "Microsoft Entra authentication and authorization error codes".
 */
public final class EntraErrors {

    private static final Pattern CODE = Pattern.compile("AADSTS(\\d{4,9})");
    private static final Set<String> TRANSIENT = Set.of("90055", "90024", "90006");
    private static final Set<String> NO_MATCHING_FEDERATION = Set.of("70021", "700211", "700212", "700213");

    /** Documented for Azure's identity endpoint while it is being updated or is overloaded. */
    private static final Set<Integer> AZURE_IS_BUSY = Set.of(404, 410, 429);

    private static final String SCOPE = "The cloud's scope must end in \"/.default\".";
    private static final String TENANT =
            "Entra does not know the tenant. Check the tenant ID and the cloud in the credential.";

    private static final Map<String, String> REMEDIES = Map.ofEntries(
            Map.entry(
                    "7000215",
                    "The client secret is wrong. Enter the secret's value, not its ID. Entra shows the value only once, so"
                            + " create a new secret if it is lost."),
            Map.entry("7000222", "The client secret has expired. Create a new one in Entra and enter its value."),
            Map.entry("700016", "Check the client ID: the tenant does not have this application."),
            Map.entry("90002", TENANT),
            Map.entry("900023", TENANT),
            Map.entry("90038", "Choose the tenant's national cloud in the credential."),
            Map.entry("500011", "Check the cloud's scope, and that the tenant has Microsoft Defender for Endpoint."),
            Map.entry("70011", SCOPE),
            Map.entry("28002", SCOPE),
            Map.entry("1002012", SCOPE),
            Map.entry("700027", "Upload the certificate to the app registration in Entra."),
            Map.entry(
                    "700024",
                    "The assertion is not valid at this time: check the controller's clock, or renew the federated token"
                            + " if it has expired."),
            Map.entry("50027", "Entra cannot read the federated token. Check the issuer that made it."),
            Map.entry("7000218", "The credential has no client secret. Enter one."),
            Map.entry("7000229", "Grant admin consent in Entra, which adds the application to the tenant."),
            Map.entry(
                    "53003",
                    "A Conditional Access policy blocks the application. Allow the controller's address in it."),
            Map.entry("7000112", "The application is disabled. Enable it in Entra."));

    private EntraErrors() {}

    /** Returns the codes with a known remedy. */
    public static Set<String> codes() {
        return Stream.of(REMEDIES.keySet(), NO_MATCHING_FEDERATION, TRANSIENT)
                .flatMap(Set::stream)
                .map(number -> "AADSTS" + number)
                .collect(Collectors.toSet());
    }

    /** @param proof what was sent. If no federated credential matches a token, the error shows that token's claims */
    static DefenderException of(TransportResponse response, AppRegistration registration, Map<String, String> proof) {
        OAuthError error = OAuthError.parse(response);
        if (response.status() == 429 || response.status() >= 500 || TRANSIENT.contains(error.number)) {
            return unavailable("Entra (" + response.host() + ")", response, error);
        }
        boolean refused = (response.status() == 401 || response.status() == 403) && !response.isHtml();
        if (error.isEmpty() && !refused) {
            return response.notUnderstood("instead of a token");
        }
        String remedy = NO_MATCHING_FEDERATION.contains(error.number)
                ? "No federated credential of the application in Entra matches this token. "
                        + FederatedToken.describe(proof)
                : REMEDIES.getOrDefault(error.number, "Check the app registration in Entra and in Jenkins.");
        return DefenderException.of(Kind.SIGN_IN)
                .message("Sign-in to Entra failed for " + registration.describe()
                        + (error.isEmpty() ? " (HTTP " + response.status() + ")." : "."))
                .remedy(remedy)
                .code(error.code())
                .correlationId(error.correlationId)
                .build();
    }

    static DefenderException ofManagedIdentity(TransportResponse response, AppRegistration registration) {
        OAuthError error = OAuthError.parse(response);
        if (response.status() >= 500 || AZURE_IS_BUSY.contains(response.status()) && !error.isEmpty()) {
            return unavailable("Azure's identity endpoint", response, error);
        }
        if (error.isEmpty()) {
            return noManagedIdentity(Kind.NOT_UNDERSTOOD, null);
        }
        return DefenderException.of(Kind.SIGN_IN)
                .message("Azure issued no token for " + registration.describe() + ".")
                .remedy(REMEDIES.getOrDefault(
                        error.number,
                        "Assign a managed identity to the virtual machine of the controller. If it has several, enter the"
                                + " client ID of one."))
                .code(error.code())
                .correlationId(error.correlationId)
                .errorCode(ErrorCode.of(error.code(), ErrorCode.NO_MANAGED_IDENTITY))
                .build();
    }

    /** For an endpoint where nothing answered, or something that is not Azure. */
    static DefenderException noManagedIdentity(Kind kind, @CheckForNull Exception cause) {
        return DefenderException.of(kind)
                .message("No managed identity is available: Azure's identity endpoint did not answer.")
                .remedy("Managed identities only work if the Jenkins controller runs on a virtual machine in Azure."
                        + " Elsewhere, choose another way to sign in.")
                .errorCode(ErrorCode.NO_MANAGED_IDENTITY)
                .cause(cause)
                .build();
    }

    private static DefenderException unavailable(String service, TransportResponse response, OAuthError error) {
        return DefenderException.of(Kind.UNAVAILABLE)
                .message(service + " is not available at the moment (HTTP " + response.status() + ").")
                .remedy("Try again later.")
                .code(error.code())
                .correlationId(error.correlationId)
                .retryAfter(response.retryAfter())
                .build();
    }

    /**
     * The content of an OAuth error response.
     *
     * @param name OAuth's name of the error, or empty if the response is none
     * @param number Entra's number of the error, or empty
     */
    private record OAuthError(
            String name, String number, @CheckForNull String correlationId) {

        static OAuthError parse(TransportResponse response) {
            JsonNode json = response.json();
            // Trace ID and time follow in further lines.
            String description =
                    json.path("error_description").asText().lines().findFirst().orElse("");
            Matcher matcher = CODE.matcher(description);
            String number = matcher.find()
                    ? matcher.group(1)
                    : json.path("error_codes").path(0).asText();
            String correlationId = SingleLine.of(json.path("correlation_id").asText(null), 60);
            return new OAuthError(
                    SingleLine.of(json.path("error").asText(), 60),
                    SingleLine.of(number, 12),
                    correlationId.isEmpty() ? null : correlationId);
        }

        boolean isEmpty() {
            return name.isEmpty();
        }

        @CheckForNull
        String code() {
            if (name.isEmpty()) {
                return null;
            }
            return number.isEmpty() ? name : "AADSTS" + number;
        }
    }
}
