package io.jenkins.plugins.defendertags.client.resolve;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Problem;

/**
 * The machine that a name stands for, or the reason why there is none.
 *
 * @param name what was asked for; null for the agent's own machine, if that did not become known
 * @param id the machine, or null if there is a problem
 * @param problem null if there is a machine
 * @param listed whether one of Defender's lists contained the machine; false for an ID that was taken as given
 */
public record ResolvedMachine(
        @CheckForNull MachineName name,
        @CheckForNull MachineId id,
        @CheckForNull Problem problem,
        boolean listed) {

    /** For a machine that was named by its ID, which nobody has checked. */
    public static ResolvedMachine given(MachineName name, MachineId id) {
        return new ResolvedMachine(name, id, null, false);
    }

    /** For a machine that one of Defender's lists contained. */
    public static ResolvedMachine listed(MachineName name, MachineId id) {
        return new ResolvedMachine(name, id, null, true);
    }

    /** For a name that fits no machine or several, or that could not be looked up. */
    public static ResolvedMachine failed(@CheckForNull MachineName name, Problem problem) {
        return new ResolvedMachine(name, null, problem, false);
    }

    /** Returns whether Defender has no machine in use with this name. A new machine may still appear. */
    public boolean isUnknown() {
        return problem != null && problem.errorCode() == ErrorCode.UNKNOWN_MACHINE;
    }

    /**
     * Explains the failure of a call for this machine. A 404 for a machine that was listed a moment ago does not mean that it is
     * new, so waiting for it to appear would be in vain.
     */
    public Throwable explain(Throwable failure) {
        if (!listed || !DefenderException.isUnknownMachine(failure)) {
            return failure;
        }
        DefenderException unknown = (DefenderException) DefenderException.unwrap(failure);
        return DefenderException.of(DefenderException.Kind.REFUSED)
                .message(
                        "Defender lists " + describe() + ", but answers that it does not know that machine (HTTP 404).")
                .remedy(
                        "Look the device up in the Defender portal: if its page shows another ID, use that one. Otherwise try"
                                + " again later.")
                .code(unknown.code())
                .correlationId(unknown.correlationId())
                .errorCode(ErrorCode.STALE_RECORD)
                .cause(failure)
                .build();
    }

    private String describe() {
        return name == null || name.kind() == MachineName.Kind.ID
                ? "the machine " + id
                : "the " + name.describe() + " as machine " + id;
    }
}
