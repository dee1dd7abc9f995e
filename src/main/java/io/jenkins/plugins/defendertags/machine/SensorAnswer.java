package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.support.DocumentedAbortException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what a {@link SensorProbe} brought from an agent. Nothing in it is trusted but its form. */
final class SensorAnswer {

    static final String MISSING = "missing";
    static final String BLOCKED = "blocked";
    static final String SILENT = "silent";

    private static final Pattern HEAD = Pattern.compile("(mdatp|reg) (missing|blocked|silent|-?\\d{1,10})");

    private static final Pattern REGISTRY_ID = Pattern.compile("(?mi)^\\h*senseId\\h+REG_SZ\\h+([0-9a-f]{40})\\h*$");

    private SensorAnswer() {}

    /**
     * @param agent names the agent in messages
     * @throws AbortException if the answer holds no machine ID, with a message that says why and what to do
     */
    static MachineId parse(String agent, @CheckForNull String answer) throws AbortException {
        String[] parts = (answer == null ? "" : answer).split("\n", 2);
        Matcher head = HEAD.matcher(parts[0].strip());
        if (!head.matches()) {
            throw problem(agent, "it gave an answer that makes no sense.");
        }
        String output = parts.length > 1 ? parts[1] : "";
        boolean mdatp = head.group(1).equals("mdatp");
        String exit = head.group(2);
        String id = exit.equals("0") ? find(mdatp, output) : null;
        if (id != null) {
            return new MachineId(id);
        }
        String said = SingleLine.of(output, 200);
        throw problem(
                agent,
                switch (exit) {
                    case MISSING ->
                        "mdatp is neither on the agent's PATH nor in /bin: Defender is not installed there.";
                    case BLOCKED -> head.group(1) + " is there but could not be started: " + withFullStop(said);
                    case SILENT -> head.group(1) + " did not answer. Check the Defender service there.";
                    default -> mdatp ? explainMdatp(exit, said) : explainRegistry(exit, said);
                });
    }

    @CheckForNull
    private static String find(boolean mdatp, String output) {
        Stream<Pattern> patterns =
                mdatp ? Stream.of(SensorProbe.FIELD_ID, SensorProbe.JSON_ID) : Stream.of(REGISTRY_ID);
        return patterns.map(pattern -> pattern.matcher(output))
                .filter(Matcher::find)
                .map(id -> id.group(1))
                .findFirst()
                .orElse(null);
    }

    private static String explainMdatp(String exit, String said) {
        return "mdatp health ended with " + exit + (said.isEmpty() ? "." : ": " + said)
                + " Check there that the Defender service runs and that the machine is onboarded.";
    }

    /** The texts are Windows' own, in the language of the agent's user. */
    private static String explainRegistry(String exit, String said) {
        String text = said.toLowerCase(Locale.ROOT);
        if (text.contains("denied")) {
            return "the agent's user may not read the registry value senseId.";
        }
        if (exit.equals("0") || text.isEmpty() || text.contains("unable to find")) {
            return "the registry has no value senseId: the machine is not onboarded to Defender.";
        }
        return "reading the registry value senseId ended with " + exit + ": " + withFullStop(said)
                + " Check there that the machine is onboarded to Defender and that the agent's user may read the value.";
    }

    private static String withFullStop(String text) {
        return text.endsWith(".") ? text : text + ".";
    }

    private static AbortException problem(String agent, String why) {
        return new DocumentedAbortException(
                ErrorCode.NO_SENSOR,
                "The agent " + agent + " could not tell its Defender machine ID: " + why + " Or name a machine.");
    }
}
