package io.jenkins.plugins.defendertags.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A proxy that lets nobody through. */
public final class RefusingProxy implements AutoCloseable {

    private final ServerSocket server;
    private final String answer;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /**
     * @param status 403, or 407 to ask for a password and never accept it
     * @param challenges the values of {@code Proxy-Authenticate}, such as {@code NTLM}
     */
    public RefusingProxy(int status, String... challenges) {
        answer = "HTTP/1.1 " + status + " Refused\r\nContent-Length: 0\r\n"
                + Stream.of(challenges)
                        .map(challenge -> "Proxy-Authenticate: " + challenge + "\r\n")
                        .collect(Collectors.joining())
                + "Connection: close\r\n\r\n";
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
        Thread thread = new Thread(this::serve, "refusing-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The request lines and authorizations that arrived. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
                    if (requests.isEmpty() || line.contains(" HTTP/") || line.startsWith("Proxy-Authorization")) {
                        requests.add(line);
                    }
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            } catch (IOException closed) {
                // the client has gone, or the test is over
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
