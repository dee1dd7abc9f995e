package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.resolve.ResolvedMachine;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The machines of a request that were not found, in one error. */
final class MissingTargets {

    /** In the error itself; if there are more, each has a line of the log before it. */
    private static final int SHOWN = 20;

    private MissingTargets() {}

    /**
     * Returns the error, or null if each target was found.
     *
     * @param consequence what the error ends with if there are several targets
     * @param log takes the lines that do not fit into the error
     */
    @CheckForNull
    static AbortException error(List<ResolvedMachine> targets, String consequence, Consumer<String> log) {
        List<Problem> problems = targets.stream()
                .map(ResolvedMachine::problem)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (problems.isEmpty()) {
            return null;
        }
        if (problems.size() > SHOWN) {
            problems.forEach(problem -> log.accept(problem.message()));
        }
        Troubleshooting.tell(problems.stream(), log);
        String shown = problems.stream().limit(SHOWN).map(Problem::message).collect(Collectors.joining(" "));
        int more = problems.size() - SHOWN;
        return new AbortException(shown
                + (more > 0 ? " And " + more + " more, see above." : "")
                + (targets.size() > 1 ? consequence : ""));
    }
}
