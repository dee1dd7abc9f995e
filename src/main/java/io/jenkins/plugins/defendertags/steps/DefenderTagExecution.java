package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.config.AgentVerificationMode;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.leases.LeaseAwareChange;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import io.jenkins.plugins.defendertags.tagging.TagOperation;
import io.jenkins.plugins.defendertags.tagging.TagRequest;
import io.jenkins.plugins.defendertags.tagging.TagResult;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** One change of a tag, on one machine or several. */
final class DefenderTagExecution extends TagStepExecution<List<TagResult>> {

    private static final long serialVersionUID = 1;

    private volatile TagRequest request;
    private final boolean asList;

    /** @param asList whether the step returns a list, be it for one machine */
    DefenderTagExecution(StepContext context, TagRequest request, boolean asList) {
        super(context);
        this.request = request;
        this.asList = asList;
    }

    @Override
    TagOperation begin() throws Exception {
        Run<?, ?> run = getContext().get(Run.class);
        Computer computer = getContext().get(Computer.class);
        useWhatIsKnown(run, computer);
        TagOperation tagging = LeaseAwareChange.start(request, run, computer, listener());
        tagging.agentsOwn().thenAccept(this::remember);
        return tagging;
    }

    /** Pipeline saves it with the step then, and need not save everything once more when the agent has been asked. */
    private void useWhatIsKnown(Run<?, ?> run, @CheckForNull Computer computer) throws AbortException {
        if (request.machines().isEmpty()
                && !request.namesMachines()
                && computer != null
                && DefenderConfiguration.get().getVerifyAgents() == AgentVerificationMode.OFF) {
            MachineName known = AgentMachine.known(run, computer);
            if (known != null) {
                request = request.forAgentsOwn(known);
            }
        }
    }

    private void remember(MachineName agentsOwn) {
        request = request.forAgentsOwn(agentsOwn);
        getContext().saveState();
    }

    @Override
    void succeeded(List<TagResult> results) throws Exception {
        warn(request.onError(), TagResult.problem(results));
        List<Map<String, Object>> machines = toMaps(results);
        getContext().onSuccess(asList ? machines : machines.get(0));
    }
}
