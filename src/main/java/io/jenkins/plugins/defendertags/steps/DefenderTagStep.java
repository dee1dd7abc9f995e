package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.tagging.TagRequest;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.StaplerRequest2;

/** {@code defenderTag(action: 'Add', value: 'build-agent')}: adds or removes a tag and returns the machine as a map. */
public final class DefenderTagStep extends AbstractTagStep {

    private final String action;
    private final String value;

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
    public StepExecution start(StepContext context) throws Exception {
        return new DefenderTagExecution(context, TagRequest.of(this, UnaryOperator.identity()), getMachines() != null);
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {

        private static final int ARGUMENTS_SHOWN = 100;

        @Override
        public String getFunctionName() {
            return "defenderTag";
        }

        @Override
        public String getDisplayName() {
            return Messages.DefenderTagStep_DisplayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(FlowNode.class, Run.class, TaskListener.class);
        }

        @Override
        public Step newInstance(@CheckForNull StaplerRequest2 req, JSONObject form) throws FormException {
            return super.newInstance(req, DefenderTagBuilder.DescriptorImpl.withoutBlanks(form));
        }

        @Override
        public String argumentsToString(Map<String, Object> namedArgs) {
            return SingleLine.of(namedArgs.get("action") + " " + namedArgs.get("value"), ARGUMENTS_SHOWN);
        }
    }
}
