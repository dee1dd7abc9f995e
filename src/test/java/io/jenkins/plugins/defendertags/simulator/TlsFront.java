package io.jenkins.plugins.defendertags.simulator;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** Lets a server that speaks plain HTTP be reached by HTTPS as well, at localhost, with a certificate of its own. */
public final class TlsFront implements AutoCloseable {

    private static final String PASSWORD = "certificate";
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";

    private final SSLServerSocket server;
    private final int target;
    private final String trustedBefore = System.getProperty(TRUST_STORE);

    /**
     * From now on this Java trusts that certificate alone, where it is asked anew.
     *
     * @param target the port of the plain server on this host
     * @param folder for the certificate
     */
    public TlsFront(int target, Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        this.target = target;
        Path store = createCertificate(folder);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        System.setProperty(
                TRUST_STORE, trusting(keys.getCertificate("localhost"), folder).toString());
        start(this::accept);
    }

    /** Of a kind that is read without a password. */
    private static Path trusting(Certificate certificate, Path folder) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("JKS");
        trusted.load(null, null);
        trusted.setCertificateEntry("localhost", certificate);
        Path store = folder.resolve("trusted.jks");
        try (OutputStream out = Files.newOutputStream(store)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return store;
    }

    private static Path createCertificate(Path folder) throws IOException, InterruptedException {
        Path store = folder.resolve("localhost.p12");
        String keytool = System.getProperty("java.home") + File.separator + "bin" + File.separator + "keytool";
        String arguments = "-genkeypair -keyalg EC -alias localhost -dname CN=localhost -ext SAN=dns:localhost"
                + " -validity 2 -storetype PKCS12 -storepass " + PASSWORD + " -keystore";
        ProcessBuilder builder = new ProcessBuilder(keytool);
        builder.command().addAll(List.of(arguments.split(" ")));
        builder.command().add(store.toString());
        int exit = builder.inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IOException("keytool ended with " + exit);
        }
        return store;
    }

    public String url() {
        return "https://localhost:" + server.getLocalPort();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "tls-front");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                start(() -> serve(client));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), target)) {
            start(() -> copy(client, plain));
            plain.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException gone) {
            // either side
        }
    }

    private static void copy(Socket from, Socket to) {
        try (to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException gone) {
            // either side
        }
    }

    @Override
    public void close() throws IOException {
        if (trustedBefore == null) {
            System.clearProperty(TRUST_STORE);
        } else {
            System.setProperty(TRUST_STORE, trustedBefore);
        }
        server.close();
    }
}
