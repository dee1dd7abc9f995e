package io.jenkins.plugins.defendertags.machine;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jenkins.security.MasterToSlaveCallable;

/**
 * Runs on an agent and asks its Defender sensor for the machine ID. What it returns is the agent's claim, read by {@link
 * SensorOutputParser} on the controller: a first line of program and exit code, or of what is wrong; then the program's
 * output.
 */
final class SensorProbe extends MasterToSlaveCallable<String, IOException> {

    private static final long serialVersionUID = 1;

    /** There is no such program or registry key. */
    static final String MISSING = "missing";

    /** There is no such value in the registry key. */
    static final String UNSET = "unset";

    /** The agent's user may not read the registry key. */
    static final String DENIED = "denied";

    /** A system property of the agent: another program than Windows' own, for tests. */
    static final String REG_PROPERTY = SensorProbe.class.getName() + ".reg";

    /** In seconds; {@code mdatp} needs one or two. Three programs are run at most, within {@link AgentCall#TIMEOUT}. */
    private static final int TIMEOUT = 18;

    private static final String REGISTRY_PARENT = "HKLM\\SOFTWARE\\Microsoft";
    private static final String REGISTRY_KEY = "Windows Advanced Threat Protection";
    private static final List<String> MDATP_FOLDERS = List.of("/bin", "/usr/bin", "/usr/local/bin");

    @Override
    public String call() throws IOException {
        boolean windows = File.pathSeparatorChar == ';';
        return windows ? readRegistry(List.of(reg())) : askMdatp();
    }

    /** By its full path, because Windows looks into the current folder first, where a build could put anything. */
    private static String reg() {
        String windows = System.getenv("SystemRoot");
        return System.getProperty(REG_PROPERTY, windows == null ? "reg" : windows + "\\System32\\reg.exe");
    }

    /**
     * Finds out why a value cannot be read from exit codes and names of keys alone, because texts of {@code reg} are in the
     * language of the agent's user, and its exit code is 1 for whatever is wrong.
     *
     * @param reg the program, and what is to come before its arguments
     */
    static String readRegistry(List<String> reg) throws IOException {
        String key = REGISTRY_PARENT + "\\" + REGISTRY_KEY;
        ProgramRun value = query(reg, key, "/v", "senseId");
        if (!value.exit().equals("1")) {
            return value.describe("reg");
        }
        if (query(reg, key).succeeded()) {
            return "reg " + UNSET;
        }
        ProgramRun siblings = query(reg, REGISTRY_PARENT);
        if (!siblings.succeeded()) {
            return value.describe("reg");
        }
        return "reg "
                + (siblings.output().lines().anyMatch(line -> line.strip().endsWith("\\" + REGISTRY_KEY))
                        ? DENIED
                        : MISSING);
    }

    /** In the 64-bit view, where the sensor writes, also if the agent's Java is a 32-bit one. */
    private static ProgramRun query(List<String> reg, String key, String... value) throws IOException {
        List<String> command = new ArrayList<>(reg);
        command.addAll(List.of("query", key));
        command.addAll(Arrays.asList(value));
        command.add("/reg:64");
        return ProgramRun.of(command, TIMEOUT);
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
                ? "mdatp " + MISSING
                : "mdatp " + ProgramRun.BLOCKED + "\n" + blocked + ": not executable for the agent's user";
    }

    /** Versions differ in what they print for a field; where that holds no ID, the whole answer may. */
    private static String askMdatp(String mdatp) throws IOException {
        ProgramRun field = ProgramRun.of(List.of(mdatp, "health", "--field", "edr_machine_id"), TIMEOUT);
        if (SensorOutputParser.hasMdatpId(field.output()) || field.exit().equals(ProgramRun.SILENT)) {
            return field.describe("mdatp");
        }
        ProgramRun all = ProgramRun.of(List.of(mdatp, "health", "--output", "json"), TIMEOUT);
        boolean better = SensorOutputParser.hasMdatpId(all.output()) || all.succeeded() && !field.succeeded();
        return (better ? all : field).describe("mdatp");
    }
}
