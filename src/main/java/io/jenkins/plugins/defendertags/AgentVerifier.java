package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.model.Computer;
import io.jenkins.plugins.defendertags.client.AppRegistration;
import io.jenkins.plugins.defendertags.client.DefenderException;
import io.jenkins.plugins.defendertags.client.Machine;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.client.Topic;
import io.jenkins.plugins.defendertags.machine.AgentHost;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import io.jenkins.plugins.defendertags.machine.AgentVerification;
import io.jenkins.plugins.defendertags.machine.VerifyAgents;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

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
     * Asks Defender, once for a build and agent.
     *
     * @return an {@link AbortException} if a match is required and there is none, or it cannot be known; a {@link
     *     DefenderException} if Defender does not know the machine, or not yet
     */
    @NonNull
    static CompletableFuture<Void> verify(
            @NonNull AgentMachine own,
            @NonNull AgentHost host,
            @NonNull AppRegistration registration,
            @NonNull Consumer<String> log) {
        return DefenderTagger.get()
                .queue(registration)
                .machine(registration, new MachineId(own.machine()))
                .handle((machine, failure) -> {
                    if (machine == null) {
                        judge(notKnown(own, failure), log);
                    } else {
                        compare(own.agent(), machine, host, log);
                    }
                    own.verifiedBy(registration);
                    return null;
                });
    }

    /**
     * The same for a machine that is at hand.
     *
     * @throws CompletionException around an {@link AbortException}, if a match is required and there is none
     */
    static void compare(
            @NonNull String agent, @NonNull Machine machine, @NonNull AgentHost host, @NonNull Consumer<String> log) {
        judge(AgentVerification.problem(agent, machine, host), log);
    }

    private static void judge(@CheckForNull String doubt, Consumer<String> log) {
        if (doubt == null) {
            return;
        }
        if (DefenderConfiguration.get().getVerifyAgents() == VerifyAgents.REQUIRE) {
            throw new CompletionException(new ExplainedAbortException(Topic.AGENT_NOT_VERIFIED, doubt));
        }
        log.accept("Warning: " + doubt);
    }

    private static String notKnown(AgentMachine own, Throwable failure) {
        if (!(failure instanceof DefenderException problem) || problem.kind() == DefenderException.Kind.NOT_FOUND) {
            throw new CompletionException(failure);
        }
        return "Whether the agent " + own.agent() + " is the Defender machine " + own.machine()
                + " could not be verified: " + problem.getMessage();
    }
}
