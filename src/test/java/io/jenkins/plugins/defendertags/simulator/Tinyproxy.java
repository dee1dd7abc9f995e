package io.jenkins.plugins.defendertags.simulator;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Debian's {@code tinyproxy}, where it is installed: a proxy that nobody wrote for this project. */
public final class Tinyproxy implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(20);

    private final Process process;
    private final Path log;
    private final int port;

    private Tinyproxy(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Where the program is, if it is on the PATH. */
    public static Optional<Path> program() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "tinyproxy"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param folder for its configuration and its log */
    public static Tinyproxy start(Path program, Path folder, String user, String password)
            throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path log = folder.resolve("tinyproxy.log");
        Path configuration = Files.writeString(folder.resolve("tinyproxy.conf"), """
                Port %d
                Listen 127.0.0.1
                Allow 127.0.0.1
                Timeout 30
                LogLevel Connect
                BasicAuth %s %s
                """.formatted(port, user, password));
        Process process = new ProcessBuilder(program.toString(), "-d", "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Tinyproxy proxy = new Tinyproxy(process, log, port);
        proxy.waitUntilItListens();
        return proxy;
    }

    private void waitUntilItListens() throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            try (Socket connection = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException notYet) {
                Thread.sleep(50);
            }
        }
        close();
        throw new IOException("tinyproxy did not start: " + log());
    }

    public int port() {
        return port;
    }

    /** What it has written so far, with a line for each request. */
    public String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException x) {
            Thread.currentThread().interrupt();
        }
    }
}
