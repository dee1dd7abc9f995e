package io.jenkins.plugins.defendertags.client;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;

/**
 * Which machine a name means, or why none.
 *
 * @param name what was asked for; null for an agent's own machine that did not become known
 * @param id the machine, or null if there is a problem
 * @param problem null if there is a machine
 * @param explanation of the problem, as one line that says what to do; null if there is a machine
 */
public record ResolvedMachine(
        @CheckForNull MachineName name,
        @CheckForNull MachineId id,
        @CheckForNull Problem problem,
        @CheckForNull String explanation) {

    /** Why a name means no machine. */
    public enum Problem {
        /** Defender knows no machine that is called so and in use. A new machine may only have to appear there. */
        UNKNOWN(Topic.UNKNOWN_MACHINE),
        /** Several machines are called so. */
        AMBIGUOUS(Topic.AMBIGUOUS_MACHINE),
        /** It could not even be looked up. */
        NOT_ASKED(null);

        private final Topic topic;

        Problem(@CheckForNull Topic topic) {
            this.topic = topic;
        }

        /** Where it is explained at length; null if that was told when the look-up failed. */
        @CheckForNull
        public Topic topic() {
            return topic;
        }
    }

    @NonNull
    public static ResolvedMachine found(@NonNull MachineName name, @NonNull MachineId id) {
        return new ResolvedMachine(name, id, null, null);
    }

    /** What could not even be looked up. */
    @NonNull
    public static ResolvedMachine failed(@CheckForNull MachineName name, @NonNull String explanation) {
        return new ResolvedMachine(name, null, Problem.NOT_ASKED, explanation);
    }

    /** The same answer for another spelling of the name. */
    @NonNull
    ResolvedMachine as(@NonNull MachineName spelling) {
        return new ResolvedMachine(spelling, id, problem, explanation);
    }
}
