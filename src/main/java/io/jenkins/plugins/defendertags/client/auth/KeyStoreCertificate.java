package io.jenkins.plugins.defendertags.client.auth;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Finds the certificate to sign in with in a key store. */
public final class KeyStoreCertificate {

    private static final int MINIMUM_BITS = 2048;

    private KeyStoreCertificate() {}

    /**
     * @param alias the name of the entry, or null if the store has only one private key
     * @param password for the private key; may be empty
     * @throws IllegalArgumentException if there is no such certificate, or Entra would not accept it, with a message that
     *     says what to do
     */
    public static ClientCertificate of(KeyStore store, @CheckForNull String alias, char[] password) {
        try {
            String entry = alias == null ? onlyEntry(store) : existingEntry(store, alias);
            Key key = store.getKey(entry, password);
            if (!(key instanceof PrivateKey privateKey)) {
                throw noPrivateKey();
            }
            return new ClientCertificate(privateKey, certificateOf(store.getCertificateChain(entry), rsa(privateKey)));
        } catch (KeyStoreException x) { // the Credentials plugin hands out an unopened store when its password is wrong
            throw new IllegalArgumentException(
                    "The key store cannot be opened. Upload it again to its credential, with the right password.", x);
        } catch (GeneralSecurityException x) {
            throw new IllegalArgumentException(
                    "The private key cannot be opened with the key store's password."
                            + " Create the key store again, with the same password for the store and the key.",
                    x);
        }
    }

    private static List<String> keyEntries(KeyStore store) throws KeyStoreException {
        List<String> names = new ArrayList<>();
        for (String name : Collections.list(store.aliases())) {
            if (store.isKeyEntry(name)) {
                names.add(name);
            }
        }
        if (names.isEmpty()) {
            throw noPrivateKey();
        }
        return names;
    }

    private static String onlyEntry(KeyStore store) throws KeyStoreException {
        List<String> names = keyEntries(store);
        if (names.size() > 1) {
            throw new IllegalArgumentException(
                    "The key store has several private keys. Enter the alias of the one to use: "
                            + SingleLine.of(String.join(", ", names), 200) + ".");
        }
        return names.get(0);
    }

    private static String existingEntry(KeyStore store, String alias) throws KeyStoreException {
        List<String> names = keyEntries(store);
        if (!store.isKeyEntry(alias)) {
            throw new IllegalArgumentException(
                    "The key store has no private key with the alias \"" + SingleLine.of(alias, 60)
                            + "\". Enter one of: " + SingleLine.of(String.join(", ", names), 200) + ".");
        }
        return alias;
    }

    private static RSAKey rsa(PrivateKey key) {
        if (!(key instanceof RSAKey rsa)) {
            throw new IllegalArgumentException("The private key is of type " + SingleLine.of(key.getAlgorithm(), 20)
                    + ". Only RSA keys are supported.");
        }
        int bits = rsa.getModulus().bitLength();
        if (bits < MINIMUM_BITS) {
            throw new IllegalArgumentException("The private key has " + bits
                    + " bits, which is too short. Create a certificate with an RSA key of 2048 bits or more.");
        }
        return rsa;
    }

    /** Entra knows the key's own certificate, which need not be the first of the chain. */
    private static X509Certificate certificateOf(@CheckForNull Certificate[] chain, RSAKey key) {
        for (Certificate link : chain == null ? new Certificate[0] : chain) {
            if (link instanceof X509Certificate certificate
                    && certificate.getPublicKey() instanceof RSAKey publicKey
                    && publicKey.getModulus().equals(key.getModulus())) {
                return certificate;
            }
        }
        throw new IllegalArgumentException("The key store has no certificate for its private key."
                + " Export the certificate together with its key, as PKCS#12.");
    }

    private static IllegalArgumentException noPrivateKey() {
        return new IllegalArgumentException("The key store has no private key."
                + " Export the certificate together with its private key, as PKCS#12.");
    }
}
