package io.jenkins.plugins.defendertags.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An issuer of ID tokens, such as Jenkins with the oidc-provider plugin, or a Kubernetes cluster. */
public final class SimulatedIssuer {

    static final String AUDIENCE = "api://AzureADTokenExchange";

    /** By address. It takes a second to generate keys. */
    private static final Map<String, KeyPair> KEYS = new ConcurrentHashMap<>();

    private final String url;
    private final KeyPair keys;

    /** It has the same keys as others with this address in the process. */
    public SimulatedIssuer(String url) {
        this(url, KEYS.computeIfAbsent(url, first -> newKeys()));
    }

    /** One that is not simulated, and of which only the public key is known, as it publishes it. */
    public SimulatedIssuer(String url, PublicKey key) {
        this(url, new KeyPair(key, null));
    }

    private SimulatedIssuer(String url, KeyPair keys) {
        this.url = url;
        this.keys = keys;
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException x) {
            throw new AssertionError(x);
        }
    }

    String url() {
        return url;
    }

    /** A token that is good for five minutes. */
    public String token(String subject) {
        return token(subject, AUDIENCE, Instant.now().plusSeconds(300));
    }

    public String token(String subject, String audience, Instant expires) {
        String content = Jwt.unsigned(
                Map.of("typ", "JWT", "alg", "RS256", "kid", "1"),
                Map.of("iss", url, "sub", subject, "aud", audience, "exp", expires.getEpochSecond()));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + Jwt.base64(signature.sign());
        } catch (GeneralSecurityException x) {
            throw new AssertionError(x);
        }
    }

    boolean hasSigned(String token) {
        try {
            return Jwt.isSigned(token, keys.getPublic(), Signature.getInstance("SHA256withRSA"));
        } catch (GeneralSecurityException x) {
            return false;
        }
    }
}
