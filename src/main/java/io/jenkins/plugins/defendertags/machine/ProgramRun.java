package io.jenkins.plugins.defendertags.machine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What came of a program that was run on an agent.
 *
 * @param exit the exit code, or why there is none
 * @param output whatever it printed, up to a limit, read as UTF-8: what is looked for is ASCII, which all code pages share
 */
record ProgramRun(String exit, String output) {

    static final String BLOCKED = "blocked";
    static final String SILENT = "silent";

    private static final int MAX_OUTPUT = 64 << 10;

    /** Waits for at most that time. */
    static ProgramRun of(List<String> command, int timeoutSeconds) throws IOException {
        Path output = Files.createTempFile("defender-machine-id", ".txt");
        Process process = null;
        try {
            // To a file, because reading from a process that says nothing cannot be given up.
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File(nullDevice())))
                    .redirectOutput(output.toFile());
            try {
                process = builder.start();
            } catch (IOException x) {
                return new ProgramRun(BLOCKED, String.valueOf(x.getMessage()));
            }
            if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
                return new ProgramRun(SILENT, "");
            }
            try (InputStream text = Files.newInputStream(output)) {
                return new ProgramRun(
                        Integer.toString(process.exitValue()),
                        new String(text.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8));
            }
        } catch (InterruptedException x) {
            Thread.currentThread().interrupt();
            throw new IOException(x);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(output);
        }
    }

    private static String nullDevice() {
        return File.pathSeparatorChar == ';' ? "NUL" : "/dev/null";
    }

    boolean succeeded() {
        return exit.equals("0");
    }

    /** A first line of program and exit code, then the output. */
    String describe(String program) {
        return program + " " + exit + "\n" + output;
    }
}
