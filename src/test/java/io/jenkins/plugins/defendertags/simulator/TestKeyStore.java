package io.jenkins.plugins.defendertags.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Key stores as people make them: with Java's keytool. */
public final class TestKeyStore {

    public static final String PASSWORD = "a-key-store's-password-that-must-not-be-seen";

    private TestKeyStore() {}

    /** A PKCS#12 file with a self-signed certificate for an RSA key, valid for a year from yesterday. */
    public static Path create(Path file, String alias, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", alias));
        command.addAll(List.of("-keystore", file.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of("-dname", "CN=" + alias + ", O=Example"));
        addUnless(more, command, "-keyalg", "RSA");
        addUnless(more, command, "-startdate", "-1d");
        addUnless(more, command, "-validity", "365");
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new AssertionError(output);
        }
        return file;
    }

    private static void addUnless(String[] given, List<String> command, String option, String value) {
        if (!List.of(given).contains(option)) {
            command.addAll(List.of(option, value));
        }
    }

    public static KeyStore open(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    public static X509Certificate certificate(KeyStore store, String alias) throws GeneralSecurityException {
        return (X509Certificate) store.getCertificate(alias);
    }
}
