package io.jenkins.plugins.defendertags.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.Map;

/** JSON Web Tokens as the other side sees them; shares nothing with the plugin's own code. */
public final class Jwt {

    private static final JsonMapper JSON = new JsonMapper();

    private Jwt() {}

    public static JsonNode header(String token) {
        return part(token, 0);
    }

    public static JsonNode claims(String token) {
        return part(token, 1);
    }

    private static JsonNode part(String token, int index) {
        try {
            return JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[index]));
        } catch (IOException | RuntimeException x) {
            return MissingNode.getInstance();
        }
    }

    static String unsigned(Map<String, ?> header, Map<String, ?> claims) {
        return base64(JSON.valueToTree(header).toString())
                + "."
                + base64(JSON.valueToTree(claims).toString());
    }

    static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static String thumbprint(X509Certificate certificate) {
        try {
            return base64(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException x) {
            throw new AssertionError(x);
        }
    }

    static boolean isSignedPs256(String token, PublicKey key) {
        try {
            Signature signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            return isSigned(token, key, signature);
        } catch (GeneralSecurityException x) {
            return false;
        }
    }

    static boolean isSigned(String token, PublicKey key, Signature signature) throws GeneralSecurityException {
        int end = token.lastIndexOf('.');
        signature.initVerify(key);
        signature.update(token.substring(0, end).getBytes(StandardCharsets.US_ASCII));
        return signature.verify(Base64.getUrlDecoder().decode(token.substring(end + 1)));
    }
}
