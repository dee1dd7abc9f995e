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
import jenkins.security.MasterToSlaveCallable;

/**
 * Runs on an agent and asks its Defender sensor for the machine ID. What it returns is the agent's claim, read by {@link
 * SensorAnswer} on the controller: a first line of program and exit code, then the program's output.
 */
final class SensorProbe extends MasterToSlaveCallable<String, IOException> {

    private static final long serialVersionUID = 1;

    /** In seconds; {@code mdatp} needs one or two. */
    private static final int TIMEOUT = 20;

    private static final int MAX_OUTPUT = 64 << 10;
    private static final String REGISTRY_KEY = "HKLM\\SOFTWARE\\Microsoft\\Windows Advanced Threat Protection";
    private static final List<String> MDATP_FOLDERS = List.of("/bin", "/usr/bin", "/usr/local/bin");

    @Override
    public String call() throws IOException {
        boolean windows = File.pathSeparatorChar == ';';
        return windows ? run("reg", "query", REGISTRY_KEY, "/v", "senseId", "/reg:64") : askMdatp();
    }

    private static String askMdatp() throws IOException {
        List<String> folders = new ArrayList<>();
        String path = System.getenv("PATH");
        if (path != null) {
            folders.addAll(List.of(path.split(File.pathSeparator)));
        }
        folders.addAll(MDATP_FOLDERS);
        for (String folder : folders) {
            File mdatp = new File(folder, "mdatp");
            // An empty or relative entry of the PATH means the current folder, where a build could put anything.
            if (mdatp.isAbsolute() && mdatp.isFile() && mdatp.canExecute()) {
                return run(mdatp.getPath(), "health", "--field", "edr_machine_id");
            }
        }
        return "mdatp " + SensorAnswer.MISSING;
    }

    private static String run(String... command) throws IOException {
        Path output = Files.createTempFile("defender-machine-id", ".txt");
        Process process = null;
        try {
            // To a file, because reading from a process that says nothing cannot be given up.
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File(nullDevice())))
                    .redirectOutput(output.toFile())
                    .start();
            String program = new File(command[0]).getName();
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
