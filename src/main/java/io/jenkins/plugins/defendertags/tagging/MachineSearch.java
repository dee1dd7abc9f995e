package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The machines that a step asks for: checked, but neither credential nor machine looked up yet. Immutable. Stored with a
 * running Pipeline, so it holds types of the JDK only.
 */
public final class MachineSearch implements Serializable {

    private static final long serialVersionUID = 1;

    /** What Microsoft documents as a machine's {@code healthStatus}. */
    public static final List<String> HEALTH = List.of(
            "Active",
            "Inactive",
            "ImpairedCommunication",
            "NoSensorData",
            "NoSensorDataImpairedCommunication",
            "Unknown");

    /** What Microsoft documents as a machine's {@code riskScore}. */
    public static final List<String> RISK = List.of("None", "Informational", "Low", "Medium", "High");

    private static final int SHOWN = 40;

    private final String tag;
    private final ArrayList<String> machines;
    private final String healthStatus;
    private final String riskScore;
    private final boolean notHeld;
    private final String credentialsId;

    private MachineSearch(MachineSearchParameters parameters) {
        List<String> listed = parameters.getMachines();
        String machine = parameters.getMachine();
        if (machine != null && listed != null) {
            throw new IllegalArgumentException("Both machine and machines are given. Give one of them.");
        }
        if (listed != null && listed.size() > TagRequestParser.MAX_MACHINES) {
            throw new IllegalArgumentException("The list names " + listed.size()
                    + " machines. Split it into lists of at" + " most " + TagRequestParser.MAX_MACHINES + ".");
        }
        List<String> names = listed != null ? listed : machine != null ? List.of(machine) : null;
        machines = names == null
                ? null
                : new ArrayList<>(names.stream()
                        .map(name -> new MachineName(name).value())
                        .toList());
        tag = parameters.getTag() == null ? null : new Tag(parameters.getTag()).value();
        healthStatus = check("healthStatus", parameters.getHealthStatus(), HEALTH);
        riskScore = check("riskScore", parameters.getRiskScore(), RISK);
        notHeld = parameters.isNotHeld();
        credentialsId = parameters.getCredentialsId();
        if (notHeld && tag == null) {
            throw new IllegalArgumentException("notHeld is given without a tag. Give the tag that must not be held.");
        }
    }

    /** @throws AbortException if a parameter cannot be used, with a message that says which and why */
    public static MachineSearch parse(MachineSearchParameters parameters) throws AbortException {
        try {
            return new MachineSearch(parameters);
        } catch (IllegalArgumentException x) {
            throw new AbortException(x.getMessage());
        }
    }

    /** A misspelt value would find no machine, and a gate that looks for risks would let everything pass. */
    @CheckForNull
    private static String check(String name, @CheckForNull String value, List<String> values) {
        if (value != null && values.stream().noneMatch(value.strip()::equalsIgnoreCase)) {
            throw new IllegalArgumentException(name + " \"" + SingleLine.of(value, SHOWN) + "\" does not exist. Use "
                    + String.join(", ", values) + ".");
        }
        return value == null ? null : value.strip();
    }

    @CheckForNull
    public Tag tag() {
        return tag == null ? null : new Tag(tag);
    }

    /** In the order given; null if none is named. */
    @CheckForNull
    List<MachineName> machines() {
        return machines == null ? null : machines.stream().map(MachineName::new).toList();
    }

    /** Whether other machines than the agent's own can be found. */
    boolean namesMachines() {
        return machines != null || tag != null;
    }

    /** Whether to leave out machines where this Jenkins holds the tag. */
    public boolean notHeld() {
        return notHeld;
    }

    /** Null for the default credential. */
    @CheckForNull
    String credentialsId() {
        return credentialsId;
    }

    /** Whether a machine has the tag in its exact spelling, and the health and risk. What Defender does not say fits nothing. */
    boolean fits(Machine machine) {
        return (tag == null || machine.tags().contains(tag))
                && (healthStatus == null || healthStatus.equalsIgnoreCase(machine.healthStatus()))
                && (riskScore == null || riskScore.equalsIgnoreCase(machine.riskScore()));
    }

    /** For status and log: what is searched. */
    String describe() {
        if (machines == null) {
            return tag == null ? "the agent's machine" : "machines with the tag \"" + tag + "\"";
        }
        return machines.size() == 1 ? machines.get(0) : machines.size() + " machines";
    }
}
