package io.jenkins.plugins.defendertags.tagging;

import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.resolve.ResolvedMachine;
import io.jenkins.plugins.defendertags.machine.AgentHost;
import io.jenkins.plugins.defendertags.machine.AgentIdentityVerifier;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Finds the machines of a request: those that it names, or the agent's own, which is asked for and verified first. Waits for
 * machines that Defender does not know yet, as long as the request allows.
 */
final class TargetFinder {

    private final OperationContext context;
    private final MachineWait wait;
    private final CompletableFuture<MachineName> agentsOwn;

    /** @param agentsOwn gets the agent's own machine, once it is known and verified as far as that is wanted */
    TargetFinder(OperationContext context, MachineWait wait, CompletableFuture<MachineName> agentsOwn) {
        this.context = context;
        this.wait = wait;
        this.agentsOwn = agentsOwn;
    }

    /**
     * Asks the agent, if it is the agent's machine that is wanted, which blocks for at most a minute.
     *
     * @return the machines in the order of the request; or an {@link hudson.AbortException} or {@link DefenderException} if
     *     nothing is known of any of them
     */
    CompletableFuture<List<ResolvedMachine>> find() throws Exception {
        List<MachineName> names = context.request().machines();
        if (!names.isEmpty()) {
            return resolve(names);
        }
        AgentMachine own = AgentMachine.of(context.run(), context.computer(), context.listener());
        MachineName name = new MachineName(own.machine());
        CompletableFuture<Void> verified = CompletableFuture.completedFuture(null);
        if (AgentIdentityVerifier.isNeeded(own, context.registration())) {
            verified = verify(own, AgentIdentityVerifier.hostOf(Objects.requireNonNull(context.computer())), name);
        }
        return verified.thenCompose(done -> {
            agentsOwn.complete(name);
            return resolve(List.of(name));
        });
    }

    private CompletableFuture<Void> verify(AgentMachine own, AgentHost host, MachineName name) {
        return AgentIdentityVerifier.verify(own, host, context.registration(), context::log)
                .exceptionallyCompose(failure -> {
                    CompletableFuture<Void> pause =
                            DefenderException.isUnknownMachine(failure) ? wait.pauseFor(List.of(name)) : null;
                    return pause == null
                            ? CompletableFuture.failedFuture(failure)
                            : pause.thenCompose(over -> verify(own, host, name));
                });
    }

    private CompletableFuture<List<ResolvedMachine>> resolve(List<MachineName> names) {
        return context.resolver()
                .resolve(context.registration(), names, context.request().pickNewest())
                .thenCompose(resolution -> {
                    List<ResolvedMachine> found = resolution.machines();
                    List<MachineName> unknown = found.stream()
                            .filter(ResolvedMachine::isUnknown)
                            .map(ResolvedMachine::name)
                            .toList();
                    CompletableFuture<Void> pause = unknown.isEmpty() ? null : wait.pauseFor(unknown);
                    return pause == null
                            ? CompletableFuture.completedFuture(found)
                            : pause.thenCompose(over -> resolve(names));
                });
    }
}
