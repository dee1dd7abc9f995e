package io.jenkins.plugins.defendertags.machine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import jenkins.security.MasterToSlaveCallable;

/**
 * Runs on an agent and asks its Defender sensor for the machine ID. What it returns is the agent's claim, read by {@link
 * SensorAnswer} on the controller: a first line of program and exit code, then the program's output.
 */
final class SensorProbe extends MasterToSlaveCallable<String, IOException> {

    private static final long serialVersionUID = 1;

    /**
     * {@code "1e5b…"}, on a line of its own: {@code mdatp} can print a warning before it. Not {@code \\s}, which goes on over
     * the line's end: many empty lines would then take very long.
     */
    static final Pattern FIELD_ID = Pattern.compile("(?m)^\\h*\"?([0-9a-fA-F]{40})\"?\\h*$");

    static final Pattern JSON_ID = Pattern.compile("\"edrMachineId\"\\s*:\\s*\"([0-9a-fA-F]{40})\"");

    /** In seconds; {@code mdatp} needs one or two. Two programs are run at most. */
    private static final int TIMEOUT = 20;

    private static final int MAX_OUTPUT = 64 << 10;
    private static final String REGISTRY_KEY = "HKLM\\SOFTWARE\\Microsoft\\Windows Advanced Threat Protection";
    private static final List<String> MDATP_FOLDERS = List.of("/bin", "/usr/bin", "/usr/local/bin");

    @Override
    public String call() throws IOException {
        boolean windows = File.pathSeparatorChar == ';';
        return windows ? run("reg", reg(), "query", REGISTRY_KEY, "/v", "senseId", "/reg:64") : askMdatp();
    }

    /** By its full path, because Windows looks into the current folder first, where a build could put anything. */
    private static String reg() {
        String windows = System.getenv("SystemRoot");
        return windows == null ? "reg" : windows + "\\System32\\reg.exe";
    }

    private static String askMdatp() throws IOException {
        List<String> folders = new ArrayList<>();
        String path = System.getenv("PATH");
        if (path != null) {
            folders.addAll(List.of(path.split(File.pathSeparator)));
        }
        folders.addAll(MDATP_FOLDERS);
        String blocked = null;
        for (String folder : folders) {
            File mdatp = new File(folder, "mdatp");
            // An empty or relative entry of the PATH means the current folder, where a build could put anything.
            if (!mdatp.isAbsolute() || !mdatp.isFile()) {
                continue;
            }
            if (mdatp.canExecute()) {
                return askMdatp(mdatp.getPath());
            }
            blocked = blocked == null ? mdatp.getPath() : blocked;
        }
        return blocked == null
                ? "mdatp " + SensorAnswer.MISSING
                : "mdatp " + SensorAnswer.BLOCKED + "\n" + blocked + ": not executable for the agent's user";
    }

    private static String askMdatp(String mdatp) throws IOException {
        String field = run("mdatp", mdatp, "health", "--field", "edr_machine_id");
        if (FIELD_ID.matcher(field).find() || field.equals("mdatp " + SensorAnswer.SILENT)) {
            return field;
        }
        String json = run("mdatp", mdatp, "health", "--output", "json");
        // If that is no answer either, the first one is the better explanation.
        return JSON_ID.matcher(json).find() ? json : field;
    }

    private static String run(String program, String... command) throws IOException {
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
                return program + " " + SensorAnswer.BLOCKED + "\n" + x.getMessage();
            }
            if (!process.waitFor(TIMEOUT, TimeUnit.SECONDS)) {
                return program + " " + SensorAnswer.SILENT;
            }
            try (InputStream text = Files.newInputStream(output)) {
                return program + " " + process.exitValue() + "\n"
                        + new String(text.readNBytes(MAX_OUTPUT), Charset.defaultCharset());
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
}
