package io.jenkins.plugins.defendertags.client.auth;

import com.fasterxml.jackson.databind.json.JsonMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/**
 * A certificate that is uploaded to the application in Entra, and its RSA key. Each sign-in sends a newly signed assertion,
 * never the key. {@link KeyStoreCertificate} reads one from a key store.
 *
 * <p>Source: "Microsoft identity platform application authentication certificate credentials".
 */
public record ClientCertificate(PrivateKey privateKey, X509Certificate certificate) implements ClientAuthentication {

    private static final JsonMapper JSON = new JsonMapper();
    private static final PSSParameterSpec PS256 =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    /** The longest lifetime that Entra recommends. It allows for clocks that differ. */
    private static final Duration ASSERTION_LIFE = Duration.ofMinutes(10);

    @Override
    public String fingerprint() {
        return "certificate " + thumbprint();
    }

    /** When it expires. */
    public Instant end() {
        return certificate.getNotAfter().toInstant();
    }

    private String thumbprint() {
        try {
            return Sha256.of(certificate.getEncoded());
        } catch (CertificateEncodingException x) {
            throw new IllegalStateException("A certificate that was read can be written", x);
        }
    }

    @Override
    public Map<String, String> proof(URI endpoint, String clientId, Instant now) throws DefenderException {
        checkValidity(now);
        Map<String, Object> header = Map.of("alg", "PS256", "typ", "JWT", "x5t#S256", thumbprint());
        Map<String, Object> claims = Map.of(
                "aud", endpoint.toString(),
                "iss", clientId,
                "sub", clientId,
                "jti", UUID.randomUUID().toString(),
                "iat", now.getEpochSecond(),
                "nbf", now.getEpochSecond(),
                "exp", now.plus(ASSERTION_LIFE).getEpochSecond());
        String content = part(header) + "." + part(claims);
        return FederatedToken.assertion(content + "." + base64(sign(content)));
    }

    private void checkValidity(Instant now) throws DefenderException {
        Instant start = certificate.getNotBefore().toInstant();
        if (now.isAfter(end())) {
            throw unusable(
                    "The " + this + " has expired (" + end() + ").",
                    "Create a new one, upload it to the app registration in Entra, and add it with its key to Jenkins.",
                    null);
        }
        if (now.isBefore(start)) {
            throw unusable(
                    "The " + this + " is not valid before " + start + ".",
                    "Wait until then, or check the controller's clock.",
                    null);
        }
    }

    private byte[] sign(String content) throws DefenderException {
        try {
            Signature signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(PS256);
            signature.initSign(privateKey);
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException x) {
            throw unusable(
                    "The private key of the " + this + " cannot sign (" + SingleLine.of(x.getMessage(), 120) + ").",
                    "Create a certificate with an RSA key of 2048 bits or more.",
                    x);
        }
    }

    private static DefenderException unusable(String message, String remedy, @CheckForNull Exception cause) {
        return DefenderException.of(Kind.SIGN_IN)
                .message(message)
                .remedy(remedy)
                .errorCode(ErrorCode.CERTIFICATE_UNUSABLE)
                .cause(cause)
                .build();
    }

    private static String part(Map<String, Object> json) {
        return base64(JSON.valueToTree(json).toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "certificate \""
                + SingleLine.of(certificate.getSubjectX500Principal().getName(), 100) + "\"";
    }
}
