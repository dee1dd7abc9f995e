package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.resolve.ResolvedMachine;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import io.jenkins.plugins.defendertags.machine.AgentVerifier;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Finds the machines of a request: those that it names, or the agent's own, which is asked for and verified first. Waits for
 * machines that Defender does not know yet, as long as the request allows.
 */
final class TargetFinder {

    private final OperationContext context;
    private final List<MachineName> names;
    private final boolean pickNewest;
    private final MachineWait wait;
    private final CompletableFuture<MachineName> agentsOwn;

    /**
     * @param names null for the agent's own machine
     * @param pickNewest whether to take, of several records of one name, the one seen last
     * @param agentsOwn gets the agent's own machine, once it is known and verified as far as that is wanted
     */
    TargetFinder(
            OperationContext context,
            @CheckForNull List<MachineName> names,
            boolean pickNewest,
            MachineWait wait,
            CompletableFuture<MachineName> agentsOwn) {
        this.context = context;
        this.names = names;
        this.pickNewest = pickNewest;
        this.wait = wait;
        this.agentsOwn = agentsOwn;
    }

    /**
     * Asks the agent, if it is the agent's machine that is wanted. Returns at once.
     *
     * @return the machines in the order of the request; or an {@link hudson.AbortException} or {@link DefenderException} if
     *     nothing is known of any of them
     */
    CompletableFuture<List<ResolvedMachine>> find() {
        if (names != null) {
            return resolve(names);
        }
        return AgentMachine.of(context.run(), context.computer(), context.listener())
                .thenCompose(own -> verify(own).thenCompose(done -> {
                    agentsOwn.complete(own.machine());
                    return resolve(List.of(own.machine()));
                }));
    }

    private CompletableFuture<Void> verify(AgentMachine own) {
        return context.await(AgentVerifier.verify(own, context.computer(), context.registration(), context::log))
                .exceptionallyCompose(failure -> {
                    CompletableFuture<Void> pause = DefenderException.isUnknownMachine(failure)
                            ? wait.pauseFor(context.deadline(), List.of(own.machine()))
                            : null;
                    return pause == null
                            ? CompletableFuture.failedFuture(failure)
                            : pause.thenCompose(over -> verify(own));
                });
    }

    private CompletableFuture<List<ResolvedMachine>> resolve(List<MachineName> wanted) {
        return context.await(context.resolver().resolve(context.registration(), wanted, pickNewest))
                .thenCompose(found -> {
                    List<MachineName> unknown = found.stream()
                            .filter(ResolvedMachine::isUnknown)
                            .map(ResolvedMachine::name)
                            .toList();
                    CompletableFuture<Void> pause =
                            unknown.isEmpty() ? null : wait.pauseFor(context.deadline(), unknown);
                    return pause == null
                            ? CompletableFuture.completedFuture(found)
                            : pause.thenCompose(over -> resolve(wanted));
                });
    }
}
