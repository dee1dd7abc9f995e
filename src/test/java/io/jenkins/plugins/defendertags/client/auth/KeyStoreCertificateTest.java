package io.jenkins.plugins.defendertags.client.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.simulator.TestKeyStore;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyStoreCertificateTest {

    private static final char[] PASSWORD = TestKeyStore.PASSWORD.toCharArray();

    @TempDir
    Path folder;

    @Test
    void theOnlyEntryNeedsNoAlias() throws Exception {
        KeyStore store = create("jenkins");
        ClientCertificate found = KeyStoreCertificate.of(store, null, PASSWORD);
        assertEquals(store.getCertificate("jenkins"), found.certificate());
        assertEquals("certificate \"CN=jenkins,O=Example\"", found.toString());
        assertEquals(found, KeyStoreCertificate.of(store, "jenkins", PASSWORD));
    }

    @Test
    void theKeysOwnCertificateIsTakenWhateverTheOrderOfTheChain() throws Exception {
        KeyStore leaf = create("leaf");
        KeyStore authority = create("authority");
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        Key key = leaf.getKey("leaf", PASSWORD);
        Certificate[] wrongOrder = {authority.getCertificate("authority"), leaf.getCertificate("leaf")};
        store.setKeyEntry("x", key, PASSWORD, wrongOrder);
        assertEquals(
                leaf.getCertificate("leaf"),
                KeyStoreCertificate.of(store, null, PASSWORD).certificate());

        store.setKeyEntry("x", key, PASSWORD, new Certificate[] {authority.getCertificate("authority")});
        assertRefused("no certificate for its private key", store, null);
    }

    @Test
    void amongSeveralEntriesTheAliasDecides() throws Exception {
        create("old");
        TestKeyStore.create(folder.resolve("old.p12"), "new");
        KeyStore store = TestKeyStore.open(folder.resolve("old.p12"));
        assertRefused("several private keys. Enter the alias of the one to use: ", store, null);
        assertRefused("no private key with the alias \"other\". Enter one of: ", store, "other");
        assertEquals(
                store.getCertificate("new"),
                KeyStoreCertificate.of(store, "new", PASSWORD).certificate());
    }

    @Test
    void certificateWithoutItsKeyIsRefused() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        assertRefused("The key store has no private key", store, null);
        store.setCertificateEntry("c", create("jenkins").getCertificate("jenkins"));
        assertRefused("together with its private key, as PKCS#12", store, null);
        assertRefused("The key store has no private key", store, "c");
    }

    @Test
    void keyThatEntraDoesNotAcceptIsRefused() throws Exception {
        assertRefused(
                "The private key is of type EC. Only RSA keys are supported.",
                create("elliptic", "-keyalg", "EC"),
                null);
        assertRefused("has 1024 bits", create("short", "-keysize", "1024"), null);
    }

    @Test
    void wrongPasswordIsNotShown() throws Exception {
        KeyStore unopened = KeyStore.getInstance("PKCS12");
        assertRefused("cannot be opened. Upload it again", unopened, null);
        assertRefused("cannot be opened. Upload it again", unopened, "x");

        KeyStore store = create("jenkins");
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> KeyStoreCertificate.of(store, null, "wrong-password".toCharArray()))
                .getMessage();
        assertTrue(message.contains("the same password for the store and the key"), message);
        assertFalse(message.contains("wrong-password"), message);
    }

    private KeyStore create(String alias, String... more) throws Exception {
        return TestKeyStore.open(TestKeyStore.create(folder.resolve(alias + ".p12"), alias, more));
    }

    private static void assertRefused(String part, KeyStore store, String alias) {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> KeyStoreCertificate.of(store, alias, PASSWORD))
                .getMessage();
        assertTrue(message.contains(part), message);
        assertEquals(SingleLine.of(message, 1000), message);
    }
}
