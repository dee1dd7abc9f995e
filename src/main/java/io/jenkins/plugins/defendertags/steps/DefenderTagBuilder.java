package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.BuildListener;
import hudson.model.Node;
import hudson.model.Result;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.defendertags.leases.LeaseAwareChange;
import io.jenkins.plugins.defendertags.tagging.BuildVariables;
import io.jenkins.plugins.defendertags.tagging.OnError;
import io.jenkins.plugins.defendertags.tagging.TagOperation;
import io.jenkins.plugins.defendertags.tagging.TagRequest;
import io.jenkins.plugins.defendertags.tagging.TagRequestParser;
import io.jenkins.plugins.defendertags.tagging.TagResult;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/**
 * The freestyle build step: the Pipeline step's parameters, in which {@code ${VARIABLES}} of the build are replaced. It takes
 * them one by one so that Job DSL scripts need no block in a block.
 */
public final class DefenderTagBuilder extends Builder {

    private final DefenderTagStep step;

    @DataBoundConstructor
    public DefenderTagBuilder(String action, String value) {
        this(new DefenderTagStep(action, value));
    }

    DefenderTagBuilder(DefenderTagStep step) {
        this.step = step;
    }

    public DefenderTagStep getStep() {
        return step;
    }

    @DataBoundSetter
    public void setMachine(@CheckForNull String machine) {
        step.setMachine(machine);
    }

    /** @param machines an empty list is the same as null, because Job DSL sets one if a script names no machines */
    @DataBoundSetter
    public void setMachines(@CheckForNull List<String> machines) {
        step.setMachines(machines == null || machines.isEmpty() ? null : machines);
    }

    @DataBoundSetter
    public void setCredentialsId(@CheckForNull String credentialsId) {
        step.setCredentialsId(credentialsId);
    }

    @DataBoundSetter
    public void setPickNewest(boolean pickNewest) {
        step.setPickNewest(pickNewest);
    }

    @DataBoundSetter
    public void setWaitForMachine(int waitForMachine) {
        step.setWaitForMachine(waitForMachine);
    }

    @DataBoundSetter
    public void setOnError(@CheckForNull String onError) {
        step.setOnError(onError);
    }

    @DataBoundSetter
    public void setDryRun(boolean dryRun) {
        step.setDryRun(dryRun);
    }

    @DataBoundSetter
    public void setKeepFor(@CheckForNull String keepFor) {
        step.setKeepFor(keepFor);
    }

    @Override
    public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
            throws InterruptedException, IOException {
        TagRequest request =
                new TagRequestParser(new BuildVariables(build, build.getEnvironment(listener))).parse(step);
        Node node = build.getBuiltOn();
        TagOperation operation =
                LeaseAwareChange.start(request, build, node == null ? null : node.toComputer(), listener);
        try {
            String problem = TagResult.problem(operation.outcome().get());
            if (problem != null && request.onError() == OnError.UNSTABLE) {
                build.setResult(Result.UNSTABLE);
            }
            return true;
        } catch (InterruptedException x) {
            operation.cancel().join(); // writes the record
            throw x;
        } catch (ExecutionException x) {
            if (x.getCause() instanceof AbortException expected) {
                throw expected;
            }
            throw new IOException("The Defender tag could not be changed", x.getCause());
        }
    }

    @Extension
    @Symbol("defenderTag")
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {

        /** The form is the step's, with its lists, checks and help. */
        public DefenderTagStep.DescriptorImpl getStepDescriptor() {
            return ExtensionList.lookupSingleton(DefenderTagStep.DescriptorImpl.class);
        }

        @Override
        public String getDisplayName() {
            return Messages.DefenderTagBuilder_DisplayName();
        }

        @Override
        public boolean isApplicable(Class<? extends AbstractProject> type) {
            return true;
        }

        @Override
        public Builder newInstance(@CheckForNull StaplerRequest2 req, JSONObject form) throws FormException {
            return new DefenderTagBuilder((DefenderTagStep) getStepDescriptor().newInstance(req, form));
        }
    }
}
