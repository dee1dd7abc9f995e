package io.jenkins.plugins.defendertags.simulator;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Stands before a simulator and does to one planned request what no HTTP server can do. Takes one request from each
 * connection, so that requests can be counted. Thread-safe.
 */
public final class Gate implements Closeable {

    /** What happens to a request. */
    @FunctionalInterface
    public interface Trouble {

        /** @param passage on the way to the simulator */
        void befall(Passage passage) throws IOException, InterruptedException;

        /** Nothing else than this: the simulator itself does it. */
        static Trouble of(Fault fault) {
            return passage -> {
                passage.gate.simulator.failNextRequests(fault);
                passage.pass();
            };
        }

        /** The connection is reset before the request is taken. */
        static Trouble reset() {
            return Passage::reset;
        }

        /** The request is taken, and the connection is reset instead of an answer. */
        static Trouble resetAfterwards() {
            return passage -> {
                passage.answerOfSimulator();
                passage.reset();
            };
        }

        /** The answer says that it is longer, or shorter, than it is. */
        static Trouble wrongLength(int difference) {
            return passage -> {
                String answer = new String(passage.answerOfSimulator(), StandardCharsets.ISO_8859_1);
                int body = answer.indexOf("\r\n\r\n") + 4;
                passage.answer(answer.replaceFirst(
                                "(?i)content-length: *[0-9]+",
                                "Content-Length: " + (answer.length() - body + difference))
                        .getBytes(StandardCharsets.ISO_8859_1));
            };
        }

        /** Nobody listens for some time, from now on. */
        static Trouble refused(long millis) {
            return passage -> {
                passage.gate.stopListening();
                passage.reset();
                Thread.sleep(millis);
                passage.gate.listen();
            };
        }
    }

    /** One request and its connection. */
    public static final class Passage {

        private final Gate gate;
        private final Socket client;
        private final byte[] request;

        Passage(Gate gate, Socket client, byte[] request) {
            this.gate = gate;
            this.client = client;
            this.request = request;
        }

        void pass() throws IOException {
            try (Socket upstream = gate.upstream()) {
                upstream.getOutputStream().write(request);
                upstream.getInputStream().transferTo(client.getOutputStream());
            }
        }

        byte[] answerOfSimulator() throws IOException {
            try (Socket upstream = gate.upstream()) {
                upstream.getOutputStream().write(request);
                return upstream.getInputStream().readAllBytes();
            }
        }

        void answer(byte[] bytes) throws IOException {
            client.getOutputStream().write(bytes);
        }

        void reset() throws IOException {
            client.setSoLinger(true, 0); // close() sends RST then
        }
    }

    private final DefenderSimulator simulator;
    private final int port;
    private ServerSocket listener;
    private boolean closed;
    private int requests;
    private int untilTrouble = -1;
    private int times;
    private Trouble trouble;
    private final List<String> troubled = new ArrayList<>();

    public Gate(DefenderSimulator simulator) throws IOException {
        this.simulator = simulator;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        port = listener.getLocalPort();
        accept(listener);
    }

    public String url() {
        return "http://localhost:" + port;
    }

    /** Has trouble befall so many requests, after some others. */
    public synchronized void plan(int after, int howOften, Trouble planned) {
        untilTrouble = after;
        times = howOften;
        trouble = planned;
    }

    /** Requests so far. */
    public synchronized int requests() {
        return requests;
    }

    /** The paths of the requests that trouble has befallen. */
    public synchronized List<String> troubled() {
        return List.copyOf(troubled);
    }

    private synchronized Trouble next(byte[] request) {
        requests++;
        if (trouble == null || untilTrouble-- > 0 || times-- <= 0) {
            return null;
        }
        troubled.add(new String(request, StandardCharsets.ISO_8859_1).split(" ", 3)[1]);
        return trouble;
    }

    private void accept(ServerSocket socket) {
        run(() -> {
            while (!socket.isClosed()) {
                Socket client = socket.accept();
                run(() -> serve(client));
            }
        });
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private static void run(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException | InterruptedException x) {
                        // A connection that ends is what this is for.
                    }
                },
                "defender-simulator-gate");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket client) throws IOException, InterruptedException {
        try (client) {
            byte[] request = readRequest(client.getInputStream());
            if (request.length > 0) {
                Passage passage = new Passage(this, client, request);
                Trouble planned = next(request);
                if (planned == null) {
                    passage.pass();
                } else {
                    planned.befall(passage);
                }
            }
        }
    }

    /** Head and body, with {@code Connection: close}, so that the answer ends with the connection. */
    private static byte[] readRequest(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int read = in.read();
            if (read < 0) {
                return new byte[0];
            }
            head.write(read);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        int length = text.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(text.replaceAll("(?im)^connection:.*\r\n", "")
                .replaceFirst("\r\n", "\r\nConnection: close\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        request.write(in.readNBytes(length));
        return request.toByteArray();
    }

    private Socket upstream() throws IOException {
        return new Socket(
                InetAddress.getLoopbackAddress(),
                Integer.parseInt(simulator.url().replaceAll(".*:", "")));
    }

    private synchronized void stopListening() throws IOException {
        listener.close();
    }

    private synchronized void listen() throws IOException {
        if (closed) {
            return;
        }
        listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        accept(listener);
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }
}
