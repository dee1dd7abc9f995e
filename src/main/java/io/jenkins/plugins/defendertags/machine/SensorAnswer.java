package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.client.OneLine;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a {@link SensorProbe} brought from an agent. Nothing in it is trusted but its form. */
final class SensorAnswer {

    static final String MISSING = "missing";
    static final String SILENT = "silent";

    private static final Pattern HEAD = Pattern.compile("(mdatp|reg(?:\\.exe)?) (missing|silent|-?\\d{1,10})");

    /** {@code "1e5b…"}, on a line of its own: {@code mdatp} can print a warning before it. */
    private static final Pattern MDATP_ID = Pattern.compile("(?m)^\\s*\"?([0-9a-fA-F]{40})\"?\\s*$");

    private static final Pattern REGISTRY_ID = Pattern.compile("(?mi)^\\s*senseId\\s+REG_SZ\\s+([0-9a-f]{40})\\s*$");

    private SensorAnswer() {}

    /**
     * @param agent names the agent in messages
     * @throws AbortException if the answer holds no machine ID, with a message that says why and what to do
     */
    @NonNull
    static MachineId parse(@NonNull String agent, @CheckForNull String answer) throws AbortException {
        String[] parts = (answer == null ? "" : answer).split("\n", 2);
        Matcher head = HEAD.matcher(parts[0].strip());
        if (!head.matches()) {
            throw problem(agent, "it gave an answer that makes no sense.");
        }
        String output = parts.length > 1 ? parts[1] : "";
        boolean linux = head.group(1).equals("mdatp");
        String exit = head.group(2);
        Matcher id = (linux ? MDATP_ID : REGISTRY_ID).matcher(output);
        if (exit.equals("0") && id.find()) {
            return new MachineId(id.group(1));
        }
        if (exit.equals(MISSING)) {
            throw problem(agent, "mdatp is neither on the agent's PATH nor in /bin: Defender is not installed there.");
        }
        if (exit.equals(SILENT)) {
            throw problem(agent, head.group(1) + " did not answer. Check the Defender service there.");
        }
        String said = OneLine.of(output, 200);
        if (linux) {
            throw problem(
                    agent,
                    "mdatp health ended with " + exit + (said.isEmpty() ? "." : ": " + said)
                            + " Check there that the Defender service runs and that the machine is onboarded.");
        }
        if (output.toLowerCase(Locale.ROOT).contains("denied")) {
            throw problem(agent, "the agent's user may not read the registry value senseId.");
        }
        throw problem(agent, "the registry has no value senseId: the machine is not onboarded to Defender.");
    }

    private static AbortException problem(String agent, String why) {
        return new AbortException(
                "The agent " + agent + " could not tell its Defender machine ID: " + why + " Or name a machine.");
    }
}
