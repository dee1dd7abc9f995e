package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.AppRegistration;
import io.jenkins.plugins.defendertags.client.DefenderException;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.machine.AgentHost;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import io.jenkins.plugins.defendertags.machine.AgentVerification;
import io.jenkins.plugins.defendertags.machine.VerifyAgents;

/** Has Defender's record confirm what an agent says it is, as far as the global configuration wants that. */
final class AgentVerifier {

    private AgentVerifier() {}

    static boolean isNeeded(@NonNull AgentMachine own, @NonNull AppRegistration registration) {
        return DefenderConfiguration.get().getVerifyAgents() != VerifyAgents.OFF && !own.isVerifiedBy(registration);
    }

    /**
     * Asks the agent and Defender, and blocks for as long as that takes: at most a minute and the request timeouts. Once for
     * a build and agent.
     *
     * @throws AbortException if a match is required and there is none, or it cannot be known; the message is one line
     * @throws DefenderException if Defender does not know the machine, or not yet
     */
    static void verify(
            @NonNull AgentMachine own,
            @NonNull Computer computer,
            @NonNull AppRegistration registration,
            @NonNull TaskListener listener)
            throws AbortException, DefenderException, InterruptedException {
        String problem = problem(own, computer, registration);
        if (problem != null) {
            if (DefenderConfiguration.get().getVerifyAgents() == VerifyAgents.REQUIRE) {
                throw new AbortException(problem);
            }
            listener.getLogger().println("[defender] Warning: " + problem);
        }
        own.verifiedBy(registration);
    }

    private static String problem(AgentMachine own, Computer computer, AppRegistration registration)
            throws DefenderException, InterruptedException {
        try {
            return AgentVerification.problem(
                    own.agent(),
                    DefenderTagger.get().client().machine(registration, new MachineId(own.machine())),
                    AgentHost.of(computer));
        } catch (DefenderException | AbortException x) {
            if (x instanceof DefenderException unknown && unknown.kind() == DefenderException.Kind.NOT_FOUND) {
                throw unknown;
            }
            return "Whether the agent " + own.agent() + " is the Defender machine " + own.machine()
                    + " could not be verified: " + x.getMessage();
        }
    }
}
