package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Computer;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.MachineName;
import io.jenkins.plugins.defendertags.client.OneLine;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import io.jenkins.plugins.defendertags.machine.VerifyAgents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.actions.WarningAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/** {@code defenderTag(action: 'Add', value: 'build-agent')}: adds or removes a tag and returns the machine as a map. */
public final class DefenderTagStep extends Step implements TagArguments {

    private static final Logger LOGGER = Logger.getLogger(DefenderTagStep.class.getName());

    private final String action;
    private final String value;
    private String machine;
    private List<String> machines;
    private String credentialsId;
    private boolean pickNewest;
    private int waitForMachine;
    private String fallback;
    private String onError = OnError.FAIL.name();
    private boolean dryRun;

    @DataBoundConstructor
    public DefenderTagStep(String action, String value) {
        this.action = action;
        this.value = value;
    }

    @Override
    public String getAction() {
        return action;
    }

    @Override
    public String getValue() {
        return value;
    }

    @Override
    @CheckForNull
    public String getMachine() {
        return machine;
    }

    @DataBoundSetter
    public void setMachine(@CheckForNull String machine) {
        this.machine = machine;
    }

    @Override
    @CheckForNull
    public List<String> getMachines() {
        return machines == null ? null : new ArrayList<>(machines);
    }

    @DataBoundSetter
    public void setMachines(@CheckForNull List<String> machines) {
        this.machines = machines == null ? null : new ArrayList<>(machines);
    }

    @Override
    @CheckForNull
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(@CheckForNull String credentialsId) {
        this.credentialsId = Util.fixEmpty(credentialsId);
    }

    @Override
    public boolean isPickNewest() {
        return pickNewest;
    }

    @DataBoundSetter
    public void setPickNewest(boolean pickNewest) {
        this.pickNewest = pickNewest;
    }

    /** In minutes. */
    @Override
    public int getWaitForMachine() {
        return waitForMachine;
    }

    @DataBoundSetter
    public void setWaitForMachine(int waitForMachine) {
        this.waitForMachine = waitForMachine;
    }

    @Override
    @CheckForNull
    public String getFallback() {
        return fallback;
    }

    @DataBoundSetter
    public void setFallback(@CheckForNull String fallback) {
        this.fallback = Util.fixEmpty(fallback);
    }

    @Override
    public String getOnError() {
        return onError;
    }

    @DataBoundSetter
    public void setOnError(@CheckForNull String onError) {
        this.onError = Util.fixNull(onError, OnError.FAIL.name());
    }

    @Override
    public boolean isDryRun() {
        return dryRun;
    }

    @DataBoundSetter
    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        return new Execution(context, TagRequest.of(this, UnaryOperator.identity()), machines != null);
    }

    /** Shows the step and its stage as unstable, as {@code warnError} does; the build only if it is to be. */
    static void warn(@NonNull StepContext context, @NonNull OnError onError, @CheckForNull String problem)
            throws IOException, InterruptedException {
        if (problem == null) {
            return;
        }
        context.get(FlowNode.class).addOrReplaceAction(new WarningAction(Result.UNSTABLE).withMessage(problem));
        if (onError == OnError.UNSTABLE) {
            context.get(Run.class).setResult(Result.UNSTABLE);
        }
    }

    /**
     * The log of a step. A controller that is killed just when a step has ended may have saved the end, but not what came
     * after: then the step is resumed although its log is closed, and has to end once more without one.
     */
    @NonNull
    static TaskListener listener(@NonNull StepContext context) throws InterruptedException {
        try {
            return context.get(TaskListener.class);
        } catch (IOException closed) {
            LOGGER.log(Level.FINE, closed, () -> "A step goes on without its log");
            return TaskListener.NULL;
        }
    }

    /** Holds no thread: the service calls back. */
    static final class Execution extends StepExecution {

        private static final long serialVersionUID = 1;

        private TagRequest request;
        private final boolean asList;
        private transient volatile Tagging tagging;

        Execution(StepContext context, TagRequest request, boolean asList) {
            super(context);
            this.request = request;
            this.asList = asList;
        }

        @Override
        public boolean start() throws Exception {
            Run<?, ?> run = getContext().get(Run.class);
            Computer computer = getContext().get(Computer.class);
            useWhatIsKnown(run, computer);
            tagging = DefenderTagger.get().tag(request, run, computer, listener(getContext()));
            tagging.agentsOwn().thenAccept(this::remember);
            tagging.outcome().whenComplete(this::end);
            return false;
        }

        /** Pipeline saves it with the step then, and need not save everything once more when the agent has been asked. */
        private void useWhatIsKnown(Run<?, ?> run, Computer computer) {
            if (request.machines().isEmpty()
                    && computer != null
                    && DefenderConfiguration.get().getVerifyAgents() == VerifyAgents.OFF) {
                String known = AgentMachine.known(run, computer);
                if (known != null) {
                    request = request.forAgentsOwn(new MachineName(known));
                }
            }
        }

        private void remember(MachineName agentsOwn) {
            request = request.forAgentsOwn(agentsOwn);
            getContext().saveState();
        }

        private void end(List<TagResult> results, Throwable problem) {
            if (problem == null) {
                succeed(results);
            } else if (!tagging.outcome().isCancelled()) {
                getContext().onFailure(problem);
            }
        }

        private void succeed(List<TagResult> results) {
            try {
                warn(getContext(), request.onError(), TagResult.problem(results));
                List<Map<String, Object>> machines = new ArrayList<>();
                results.forEach(result -> machines.add(result.toMap()));
                getContext().onSuccess(asList ? machines : machines.get(0));
            } catch (Exception x) { // whoever waits must hear of it, whatever it is
                getContext().onFailure(x);
            }
        }

        /** Sends the change again, for the machine that is known by now: whether or not Defender made it before the restart, it ends up made once. */
        @Override
        public void onResume() {
            try {
                start();
            } catch (Exception x) {
                getContext().onFailure(x);
            }
        }

        @Override
        public void stop(@NonNull Throwable cause) throws Exception {
            Tagging started = tagging;
            if (started != null) {
                started.cancel();
            }
            super.stop(cause);
        }

        @Override
        public String getStatus() {
            Tagging started = tagging;
            return started == null ? "not started yet" : started.status();
        }
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {

        private static final int ARGUMENTS_SHOWN = 100;

        @Override
        public String getFunctionName() {
            return "defenderTag";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.DefenderTagStep_DisplayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(FlowNode.class, Run.class, TaskListener.class);
        }

        @Override
        public Step newInstance(@CheckForNull StaplerRequest2 req, @NonNull JSONObject form) throws FormException {
            return super.newInstance(req, DefenderTagBuilder.DescriptorImpl.withoutBlanks(form));
        }

        @Override
        public String argumentsToString(@NonNull Map<String, Object> namedArgs) {
            return OneLine.of(namedArgs.get("action") + " " + namedArgs.get("value"), ARGUMENTS_SHOWN);
        }
    }
}
