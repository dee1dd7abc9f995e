package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What can go wrong, as {@code docs/troubleshooting.md} has a section for it: under the code of Entra or Defender, or under a
 * name of the plugin's own where neither has been asked or has a code for it.
 */
public enum ErrorCode {
    // Entra's codes, as EntraErrors knows them
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

    // the way to Microsoft
    DEADLINE_OVER("DeadlineOver"),
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
    NO_SENSOR("NoSensor"),
    UNKNOWN_MACHINE("UnknownMachine"),

    // the policy
    NOT_ALLOWED_BY_POLICY("NotAllowedByPolicy");

    private static final String PAGE =
            "https://github.com/jenkinsci/defender-tags-plugin/blob/main/docs/troubleshooting.md";

    private final String code;

    ErrorCode() {
        code = name();
    }

    ErrorCode(String code) {
        this.code = code;
    }

    /** @param code of Entra or Defender, in any case; null and codes without a section are for the other */
    public static ErrorCode of(@CheckForNull String code, ErrorCode other) {
        ErrorCode found = find(code);
        return found == null ? other : found;
    }

    /** @return null if no section has this code, in any case */
    @CheckForNull
    public static ErrorCode find(@CheckForNull String code) {
        return Stream.of(values())
                .filter(errorCode -> errorCode.code.equalsIgnoreCase(code))
                .findFirst()
                .orElse(null);
    }

    /** The section's code, such as {@code AADSTS7000215} or {@code TooManyRequests}. */
    public String code() {
        return code;
    }

    /** Where the section can be read. */
    public String url() {
        return PAGE + "#" + code.toLowerCase(Locale.ROOT);
    }
}
