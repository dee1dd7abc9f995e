package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The errors that {@code docs/troubleshooting.md} explains, each under its code: Entra's or Defender's, or a name of the
 * plugin's own for an error that has no such code.
 */
public enum ErrorCode {
    // Entra's codes with a remedy in EntraErrors
    AADSTS28002,
    AADSTS50027,
    AADSTS53003,
    AADSTS70011,
    AADSTS70021,
    AADSTS90002,
    AADSTS90006,
    AADSTS90024,
    AADSTS90038,
    AADSTS90055,
    AADSTS500011,
    AADSTS700016,
    AADSTS700024,
    AADSTS700027,
    AADSTS700211,
    AADSTS700212,
    AADSTS700213,
    AADSTS900023,
    AADSTS1002012,
    AADSTS7000112,
    AADSTS7000215,
    AADSTS7000218,
    AADSTS7000222,
    AADSTS7000229,

    // Defender's codes
    BAD_REQUEST("BadRequest"),
    FORBIDDEN("Forbidden"),
    INVALID_INPUT("InvalidInput"),
    INVALID_REQUEST_BODY("InvalidRequestBody"),
    MAXIMUM_BATCH_SIZE_EXCEEDED("MaximumBatchSizeExceeded"),
    NOT_FOUND("NotFound"),
    RESOURCE_NOT_FOUND("ResourceNotFound"),
    TOO_MANY_REQUESTS("TooManyRequests"),
    UNAUTHORIZED("Unauthorized"),

    // signing in
    CERTIFICATE_UNUSABLE("CertificateUnusable"),
    CREDENTIAL_CHANGED("CredentialChanged"),
    CREDENTIAL_UNUSABLE("CredentialUnusable"),
    FEDERATED_TOKEN_UNUSABLE("FederatedTokenUnusable"),
    NO_CREDENTIAL("NoCredential"),
    NO_MANAGED_IDENTITY("NoManagedIdentity"),
    SIGN_IN_REFUSED("SignInRefused"),

    // the network and Microsoft's services
    DEADLINE_EXCEEDED("DeadlineExceeded"),
    NO_ANSWER("NoAnswer"),
    NOT_UNDERSTOOD("NotUnderstood"),
    PROXY_REFUSED("ProxyRefused"),
    UNAVAILABLE("Unavailable"),
    UNREACHABLE("Unreachable"),
    UNTRUSTED_CERTIFICATE("UntrustedCertificate"),

    // machines and agents
    AGENT_NOT_VERIFIED("AgentNotVerified"),
    AMBIGUOUS_MACHINE("AmbiguousMachine"),
    NO_AGENT("NoAgent"),
    TAG_NOT_CHANGED("TagNotChanged"),
    NO_SENSOR("NoSensor"),
    STALE_RECORD("StaleRecord"),
    UNKNOWN_MACHINE("UnknownMachine"),

    // the policy
    NOT_ALLOWED_BY_POLICY("NotAllowedByPolicy");

    private final String code;

    ErrorCode() {
        code = name();
    }

    ErrorCode(String code) {
        this.code = code;
    }

    /** Returns the error with this code in any case, or the other one if there is none. */
    public static ErrorCode of(@CheckForNull String code, ErrorCode other) {
        ErrorCode found = find(code);
        return found == null ? other : found;
    }

    /** Returns the error with this code in any case, or null if there is none. */
    @CheckForNull
    public static ErrorCode find(@CheckForNull String code) {
        return Stream.of(values())
                .filter(errorCode -> errorCode.code.equalsIgnoreCase(code))
                .findFirst()
                .orElse(null);
    }

    /** The code itself, such as {@code AADSTS7000215} or {@code TooManyRequests}. */
    public String code() {
        return code;
    }

    /** Returns the address of its explanation, in the documentation of this version of the plugin. */
    public String url() {
        return Documentation.url("troubleshooting.md#" + code.toLowerCase(Locale.ROOT));
    }
}
