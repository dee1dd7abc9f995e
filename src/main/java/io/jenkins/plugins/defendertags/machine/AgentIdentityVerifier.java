package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.config.AgentIdentityCheck;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.DocumentedAbortException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** Has Defender's record confirm what an agent says it is, as far as the global configuration wants that. */
public final class AgentIdentityVerifier {

    private AgentIdentityVerifier() {}

    public static boolean isNeeded(AgentMachine own, AppRegistration registration) {
        return DefenderConfiguration.get().getVerifyAgents() != AgentIdentityCheck.OFF
                && !own.isVerifiedBy(registration);
    }

    /**
     * Asks the agent, and blocks for at most a minute: not a job for the few threads that call Defender. An agent that does
     * not answer is a host without name and addresses, which matches nothing.
     */
    public static AgentHost hostOf(Computer computer) throws InterruptedException {
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
    public static CompletableFuture<Void> verify(
            AgentMachine own, AgentHost host, AppRegistration registration, Consumer<String> log) {
        return DefenderService.get()
                .queue(registration)
                .getMachine(registration, new MachineId(own.machine()))
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
    public static void compare(String agent, Machine machine, AgentHost host, Consumer<String> log) {
        judge(HostComparison.problem(agent, machine, host), log);
    }

    private static void judge(@CheckForNull String doubt, Consumer<String> log) {
        if (doubt == null) {
            return;
        }
        if (DefenderConfiguration.get().getVerifyAgents() == AgentIdentityCheck.REQUIRE) {
            throw new CompletionException(new DocumentedAbortException(ErrorCode.AGENT_NOT_VERIFIED, doubt));
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
