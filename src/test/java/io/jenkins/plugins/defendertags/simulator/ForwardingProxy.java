package io.jenkins.plugins.defendertags.simulator;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy that lets through who knows its password: plain HTTP, one request for each connection, and tunnels. */
public final class ForwardingProxy implements AutoCloseable {

    private final ServerSocket server;
    private final String authorization;
    private final Integer tunnelPort;
    private final List<String> forwarded = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();

    /**
     * @param user null to let everybody through
     * @param tunnelPort where all tunnels end, on this host, whatever host was asked for; null to allow none
     */
    public ForwardingProxy(String user, String password, Integer tunnelPort) {
        authorization = user == null
                ? null
                : "Proxy-Authorization: Basic "
                        + Base64.getEncoder()
                                .encodeToString((user + ":" + password).getBytes(StandardCharsets.ISO_8859_1));
        this.tunnelPort = tunnelPort;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
        start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The request lines that were let through. */
    public List<String> forwarded() {
        return List.copyOf(forwarded);
    }

    /** The request lines that were answered by 407. */
    public List<String> refused() {
        return List.copyOf(refused);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "forwarding-proxy");
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
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            List<String> head = readHead(in);
            if (head.isEmpty()) {
                return;
            }
            String request = head.get(0);
            if (authorization != null && !head.contains(authorization)) {
                refused.add(request);
                in.readNBytes(length(head));
                write(
                        out,
                        "HTTP/1.1 407 Refused",
                        "Content-Length: 0",
                        "Proxy-Authenticate: Basic realm=\"simulated\"");
            } else if (request.startsWith("CONNECT ")) {
                tunnel(client, in, request);
            } else {
                forward(head, in, out);
            }
        } catch (IOException gone) {
            // the client or the server
        }
    }

    private void forward(List<String> head, InputStream in, OutputStream out) throws IOException {
        String[] request = head.get(0).split(" ");
        URI uri = URI.create(request[1]);
        forwarded.add(request[0] + " " + uri);
        String path = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        List<String> lines = new ArrayList<>(List.of(request[0] + " " + path + " HTTP/1.1"));
        head.stream()
                .skip(1)
                .filter(line -> !line.toLowerCase(Locale.ROOT).matches("(proxy-|connection:).*"))
                .forEach(lines::add);
        try (Socket target = new Socket(uri.getHost(), uri.getPort())) {
            write(target.getOutputStream(), lines.toArray(String[]::new));
            target.getOutputStream().write(in.readNBytes(length(head)));
            InputStream answer = new BufferedInputStream(target.getInputStream());
            List<String> answerHead = new ArrayList<>(readHead(answer));
            answerHead.removeIf(line -> line.toLowerCase(Locale.ROOT).startsWith("connection:"));
            write(out, answerHead.toArray(String[]::new));
            answer.transferTo(out);
        }
    }

    private void tunnel(Socket client, InputStream in, String request) throws IOException {
        if (tunnelPort == null) {
            write(client.getOutputStream(), "HTTP/1.1 403 Refused", "Content-Length: 0");
            return;
        }
        forwarded.add(request);
        try (Socket target = new Socket(InetAddress.getLoopbackAddress(), tunnelPort)) {
            client.getOutputStream().write("HTTP/1.1 200 Open\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            start(() -> copy(in, target));
            target.getInputStream().transferTo(client.getOutputStream());
        }
    }

    private static void copy(InputStream in, Socket target) {
        try {
            in.transferTo(target.getOutputStream());
        } catch (IOException gone) {
            // either side
        }
    }

    private static List<String> readHead(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c != '\n') {
                line.append((char) c);
            } else if (line.toString().isBlank()) {
                return lines;
            } else {
                lines.add(line.toString().strip());
                line.setLength(0);
            }
        }
        return List.of();
    }

    private static int length(List<String> head) {
        return head.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    private static void write(OutputStream out, String... lines) throws IOException {
        String head = String.join("\r\n", lines);
        out.write((head + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
