package io.jenkins.plugins.defendertags.client.resolve;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Problem;

/**
 * Which machine a name means, or why none.
 *
 * @param name what was asked for; null for an agent's own machine that did not become known
 * @param id the machine, or null if there is a problem
 * @param problem null if there is a machine
 */
public record ResolvedMachine(
        @CheckForNull MachineName name,
        @CheckForNull MachineId id,
        @CheckForNull Problem problem) {

    public static ResolvedMachine found(MachineName name, MachineId id) {
        return new ResolvedMachine(name, id, null);
    }

    /** The name means none or several, or could not even be looked up. */
    public static ResolvedMachine failed(@CheckForNull MachineName name, Problem problem) {
        return new ResolvedMachine(name, null, problem);
    }

    /** Whether Defender knows no machine that is called so and in use. A new machine may only have to appear there. */
    public boolean isUnknown() {
        return problem != null && problem.errorCode() == ErrorCode.UNKNOWN_MACHINE;
    }

    /** The same answer for another spelling of the name. */
    ResolvedMachine as(MachineName spelling) {
        return new ResolvedMachine(spelling, id, problem);
    }
}
