package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.support.DocumentedAbortException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what a {@link SensorProbe} brought from an agent. Nothing in it is trusted but its form. */
final class SensorOutputParser {

    private static final Pattern HEAD =
            Pattern.compile("(mdatp|reg) (missing|unset|denied|blocked|silent|-?\\d{1,10})");

    private static final Pattern REGISTRY_ID = Pattern.compile("(?mi)^\\h*senseId\\h+REG_SZ\\h+([0-9a-f]{40})\\h*$");

    /**
     * A value on a line of its own, as {@code mdatp health --field} prints it, often after a warning; or a line of the list
     * that some versions print instead. Not {@code \\s}, which goes on over the line's end: many empty lines would then take
     * very long.
     */
    private static final Pattern TEXT_ID =
            Pattern.compile("(?mi)^\\h*(?:(?:edr_machine_id|edrMachineId)\\h*:\\h*)?\"?([0-9a-f]{40})\"?\\h*$");

    /** A value of its own, or of the object that some settings of {@code mdatp health --output json} have. */
    private static final Pattern JSON_ID =
            Pattern.compile("\"edrMachineId\"\\s*:\\s*(?:\\{[^{}]{0,500}\"value\"\\s*:\\s*)?\"([0-9a-fA-F]{40})\"");

    /** How the different outputs say that there is a sensor, but no organization that it belongs to. */
    private static final Pattern NOT_ONBOARDED = Pattern.compile("(?mi)No license found|missing license"
            + "|^\\h*(?:(?:edr_machine_id|edrMachineId|org_id|orgId)\\h*:\\h*)?(?:\"\"|\"?unavailable\"?)\\h*$"
            + "|\\blicensed\"?\\h*:\\h*false|\"(?:edrMachineId|orgId)\"\\h*:\\h*\"(?:unavailable)?\"");

    private SensorOutputParser() {}

    /**
     * @param agent names the agent in messages
     * @throws AbortException if the output holds no machine ID, with a message that says why and what to do
     */
    static MachineId parse(String agent, @CheckForNull String output) throws AbortException {
        String[] parts = (output == null ? "" : output).split("\n", 2);
        Matcher head = HEAD.matcher(parts[0].strip());
        if (!head.matches()) {
            throw problem(agent, "its answer cannot be read.");
        }
        String text = parts.length > 1 ? parts[1] : "";
        boolean mdatp = head.group(1).equals("mdatp");
        String exit = head.group(2);
        String id = mdatp && isExitCode(exit) || exit.equals("0") ? find(mdatp, text) : null;
        if (id != null) {
            return new MachineId(id);
        }
        String said = SingleLine.of(text, 200);
        throw problem(
                agent,
                switch (exit) {
                    case ProgramRun.BLOCKED ->
                        head.group(1) + " exists but could not be started: " + withFullStop(said);
                    case ProgramRun.SILENT -> head.group(1) + " did not answer. Check the Defender service there.";
                    default -> mdatp ? explainMdatp(exit, text, said) : explainRegistry(exit, said);
                });
    }

    private static boolean isExitCode(String exit) {
        return Character.isDigit(exit.charAt(exit.length() - 1));
    }

    /** The machine ID in an output, or null. */
    @CheckForNull
    private static String find(boolean mdatp, String text) {
        Stream<Pattern> patterns = mdatp ? Stream.of(TEXT_ID, JSON_ID) : Stream.of(REGISTRY_ID);
        return patterns.map(pattern -> pattern.matcher(text))
                .filter(Matcher::find)
                .map(id -> id.group(1))
                .findFirst()
                .orElse(null);
    }

    /** For the probe: whether an output of {@code mdatp} is worth bringing to the controller. */
    static boolean hasMdatpId(String output) {
        return find(true, output) != null;
    }

    private static String explainMdatp(String exit, String text, String said) {
        if (exit.equals(SensorProbe.MISSING)) {
            return "mdatp is not on the agent's PATH, nor in /bin, /usr/bin or /usr/local/bin: Defender is not"
                    + " installed there.";
        }
        if (NOT_ONBOARDED.matcher(text).find() || exit.equals("0") && said.isEmpty()) {
            return "the machine is not onboarded to Defender, or not yet. mdatp health ended with " + exit
                    + withOutput(said);
        }
        return "mdatp health ended with " + exit + withOutput(said)
                + (exit.equals("0")
                        ? " Check there that the machine is onboarded to Defender."
                        : " Check there that the Defender service runs and that the machine is onboarded.");
    }

    private static String withOutput(String said) {
        return said.isEmpty() ? "." : ": " + withFullStop(said);
    }

    /** Without the output of {@code reg}, which is in the language and the code page of the agent's user. */
    private static String explainRegistry(String exit, String said) {
        return switch (exit) {
            case SensorProbe.MISSING, SensorProbe.UNSET ->
                "the machine is not onboarded to Defender: its registry has no value senseId.";
            case SensorProbe.DENIED -> "the agent's user may not read the registry value senseId.";
            case "0" -> "the registry value senseId is not a machine ID: " + withFullStop(said);
            default ->
                "reg ended with " + exit + " when the registry value senseId was read. Check there that the machine is"
                        + " onboarded to Defender and that the agent's user may read the value.";
        };
    }

    private static String withFullStop(String text) {
        return text.endsWith(".") ? text : text + ".";
    }

    private static AbortException problem(String agent, String why) {
        return new DocumentedAbortException(
                ErrorCode.NO_SENSOR,
                "The agent " + agent + " could not report its Defender machine ID: " + why
                        + " Or set the agent's Defender machine, or name a machine in the step.");
    }
}
