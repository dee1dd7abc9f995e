package io.jenkins.plugins.defendertags.record;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.time.Instant;
import java.util.logging.Logger;

/** One INFO line of the Jenkins log for each change that was tried, for audit by whatever reads logs. */
public final class AuditLog {

    private static final Logger LOGGER = Logger.getLogger(AuditLog.class.getName());
    private static final int LINE = 2000;
    private static final int SHOWN = 255;

    private AuditLog() {}

    /**
     * Writes the line of a change.
     *
     * @param cause what asked for the change, such as {@code build team/job#7} or {@code agent build-07}
     */
    public static void write(String cause, TagRecord change) {
        String outcome = change.isSuccess() ? change.getEffect() : "failed, " + change.getError();
        Long until = change.getKeptUntil();
        String user = change.getRequestedBy();
        write(
                tag(change.getAction(), change.getValue()) + " on "
                        + machine(change.getComputerDnsName(), change.getMachineId()),
                startedBy(cause, user),
                change.getNode(),
                change.getCredentialsId(),
                outcome + (until == null ? "" : ", kept until " + Instant.ofEpochMilli(until)));
    }

    /** Writes a line about something that is no change, such as a tag that is to stay. */
    public static void write(
            String what, String cause, @CheckForNull String node, String credentialsId, String outcome) {
        LOGGER.info(() -> SingleLine.of(
                what + " by " + cause
                        + (node == null ? "" : ", agent " + (node.isEmpty() ? "built-in" : shown(node)))
                        + ", credential " + shown(credentialsId) + ": " + outcome,
                LINE));
    }

    /** A cause with whoever started it, if that is known. */
    public static String startedBy(String cause, @CheckForNull String user) {
        return cause + (user == null ? "" : ", started by " + user);
    }

    /** What is to become of a tag. */
    public static String tag(String action, String value) {
        return action + " tag \"" + shown(value) + "\"";
    }

    /** The machine's name and its whole ID, as far as they are known. */
    public static String machine(@CheckForNull String name, @CheckForNull String id) {
        if (name == null) {
            return id == null ? "the agent's machine" : "machine " + id;
        }
        return "machine " + shown(name) + (id == null ? "" : " (" + id + ")");
    }

    private static String shown(String text) {
        return SingleLine.of(text, SHOWN);
    }
}
