package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.Machine;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code defenderTag(action: 'Add', value: 'build-agent')}: adds or removes a tag and returns the machine as a map. */
public final class DefenderTagStep extends Step {

    private final String action;
    private final String value;
    private String machine;
    private String credentialsId;

    @DataBoundConstructor
    public DefenderTagStep(String action, String value) {
        this.action = action;
        this.value = value;
    }

    public String getAction() {
        return action;
    }

    public String getValue() {
        return value;
    }

    @CheckForNull
    public String getMachine() {
        return machine;
    }

    @DataBoundSetter
    public void setMachine(@CheckForNull String machine) {
        this.machine = Util.fixEmptyAndTrim(machine);
    }

    @CheckForNull
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(@CheckForNull String credentialsId) {
        this.credentialsId = Util.fixEmpty(credentialsId);
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        return new Execution(context, TagRequest.of(action, value, machine, credentialsId));
    }

    /** Holds no thread: the service calls back. */
    static final class Execution extends StepExecution {

        private static final long serialVersionUID = 1;

        private final TagRequest request;
        private transient volatile CompletableFuture<Machine> change;

        Execution(StepContext context, TagRequest request) {
            super(context);
            this.request = request;
        }

        @Override
        public boolean start() throws Exception {
            CompletableFuture<Machine> started = DefenderTagger.get()
                    .tag(
                            request,
                            getContext().get(Run.class),
                            getContext().get(Computer.class),
                            getContext().get(TaskListener.class));
            change = started;
            started.whenComplete(this::end);
            return false;
        }

        private void end(Machine machine, Throwable problem) {
            if (problem == null) {
                getContext().onSuccess(machine.toMap());
            } else if (!change.isCancelled()) {
                getContext().onFailure(problem);
            }
        }

        /** Sends the change again: whether or not Defender made it before the restart, it ends up made once. */
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
            CompletableFuture<Machine> started = change;
            if (started != null) {
                started.cancel(false);
            }
            super.stop(cause);
        }

        @Override
        public String getStatus() {
            return "waiting for Microsoft Defender to change the tag " + request.tag();
        }
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {

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
            return Set.of(Run.class, TaskListener.class);
        }

        @Override
        public String argumentsToString(@NonNull Map<String, Object> namedArgs) {
            return namedArgs.get("action") + " " + namedArgs.get("value");
        }
    }
}
