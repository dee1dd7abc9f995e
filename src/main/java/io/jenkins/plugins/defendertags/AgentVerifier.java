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
import java.util.Set;

/** Has Defender's record confirm what an agent says it is, as far as the global configuration wants that. */
final class AgentVerifier {

    private AgentVerifier() {}

    static boolean isNeeded(@NonNull AgentMachine own, @NonNull AppRegistration registration) {
        return DefenderConfiguration.get().getVerifyAgents() != VerifyAgents.OFF && !own.isVerifiedBy(registration);
    }

    /**
     * Asks the agent, and blocks for at most a minute: not a job for the few threads that call Defender. An agent that does
     * not answer is a host without name and addresses, which matches nothing.
     */
    @NonNull
    static AgentHost hostOf(@NonNull Computer computer) throws InterruptedException {
        try {
            return AgentHost.of(computer);
        } catch (AbortException x) {
            return new AgentHost(null, Set.of());
        }
    }

    /**
     * Asks Defender, once for a build and agent, and blocks for as long as that takes: a few request timeouts at most.
     *
     * @throws AbortException if a match is required and there is none, or it cannot be known; the message is one line
     * @throws DefenderException if Defender does not know the machine, or not yet
     */
    static void verify(
            @NonNull AgentMachine own,
            @NonNull AgentHost host,
            @NonNull AppRegistration registration,
            @NonNull TaskListener listener)
            throws AbortException, DefenderException {
        String problem = problem(own, host, registration);
        if (problem != null) {
            if (DefenderConfiguration.get().getVerifyAgents() == VerifyAgents.REQUIRE) {
                throw new AbortException(problem);
            }
            listener.getLogger().println("[defender] Warning: " + problem);
        }
        own.verifiedBy(registration);
    }

    private static String problem(AgentMachine own, AgentHost host, AppRegistration registration)
            throws DefenderException {
        try {
            return AgentVerification.problem(
                    own.agent(),
                    DefenderTagger.get().client().machine(registration, new MachineId(own.machine())),
                    host);
        } catch (DefenderException x) {
            if (x.kind() == DefenderException.Kind.NOT_FOUND) {
                throw x;
            }
            return "Whether the agent " + own.agent() + " is the Defender machine " + own.machine()
                    + " could not be verified: " + x.getMessage();
        }
    }
}
