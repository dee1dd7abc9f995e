package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.config.AgentVerificationMode;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.support.DocumentedAbortException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** Has Defender's record confirm what an agent says it is, as far as the global configuration wants that. */
public final class AgentVerifier {

    private AgentVerifier() {}

    /**
     * Compares Defender's record of the machine with the agent's host, if that is wanted and an administrator did not set the
     * machine: once for a build and agent. Returns at once.
     *
     * @param log gets a warning if they differ and no match is required
     * @return an {@link AbortException} if a match is required and there is none, or it cannot be known; a {@link
     *     DefenderException} if Defender does not know the machine, or not yet
     */
    public static CompletableFuture<Void> verify(
            AgentMachine own, Computer computer, AppRegistration registration, Consumer<String> log) {
        if (DefenderConfiguration.get().getVerifyAgents() == AgentVerificationMode.OFF
                || own.isVerifiedBy(registration)) {
            return CompletableFuture.completedFuture(null);
        }
        return DefenderService.get()
                .queue(registration)
                .getMachine(registration, new MachineId(own.machine().value()))
                .handle((known, failure) -> known == null
                        ? CompletableFuture.completedFuture(doubt(own, failure))
                        : hostOf(computer).thenApply(host -> HostComparison.problem(own.agent(), known, host)))
                .thenCompose(doubt -> doubt)
                .thenAcceptAsync(
                        doubt -> {
                            judge(doubt, log);
                            own.verifiedBy(registration);
                        },
                        Computer.threadPoolForRemoting); // writing a log can block
    }

    /** An agent that does not answer is a host without name and addresses, which matches nothing. */
    private static CompletableFuture<AgentHost> hostOf(Computer computer) {
        return AgentHost.of(computer).exceptionally(problem -> new AgentHost(null, Set.of()));
    }

    private static void judge(@CheckForNull String doubt, Consumer<String> log) {
        if (doubt == null) {
            return;
        }
        if (DefenderConfiguration.get().getVerifyAgents() == AgentVerificationMode.REQUIRE) {
            throw new CompletionException(new DocumentedAbortException(ErrorCode.AGENT_NOT_VERIFIED, doubt));
        }
        log.accept("Warning: " + doubt);
    }

    private static String doubt(AgentMachine own, Throwable failure) {
        Throwable cause = DefenderException.unwrap(failure);
        if (!(cause instanceof DefenderException problem) || problem.kind() == DefenderException.Kind.NOT_FOUND) {
            throw new CompletionException(cause);
        }
        return "Whether the agent " + own.agent() + " is the Defender machine "
                + own.machine().value() + " could not be verified: " + problem.getMessage();
    }
}
