package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.config.FieldValidation;
import io.jenkins.plugins.defendertags.tagging.KeepFor;
import io.jenkins.plugins.defendertags.tagging.TagRequestParser;
import java.util.Map;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code defenderTag(action: 'Add', value: 'build-agent')}: adds or removes a tag and returns the machine as a map. */
public final class DefenderTagStep extends AbstractTagStep {

    private final String action;
    private final String value;
    private String keepFor;
    private boolean allowEmpty;

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
    public String getKeepFor() {
        return keepFor;
    }

    @DataBoundSetter
    public void setKeepFor(@CheckForNull String keepFor) {
        this.keepFor = Util.fixEmpty(keepFor);
    }

    @Override
    public boolean isAllowEmpty() {
        return allowEmpty;
    }

    @DataBoundSetter
    public void setAllowEmpty(boolean allowEmpty) {
        this.allowEmpty = allowEmpty;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        return new DefenderTagExecution(context, new TagRequestParser().parse(this), getMachines() != null);
    }

    @Extension
    public static final class DescriptorImpl extends TagStepDescriptor {

        @Override
        public String getFunctionName() {
            return "defenderTag";
        }

        @Override
        public String getDisplayName() {
            return Messages.DefenderTagStep_DisplayName();
        }

        @POST
        public ListBoxModel doFillActionItems(@AncestorInPath Item item) {
            FieldValidation.mayConfigure(item);
            ListBoxModel items = new ListBoxModel();
            Stream.of(TagAction.values()).map(TagAction::wireName).forEach(items::add);
            return items;
        }

        @POST
        public FormValidation doCheckValue(@AncestorInPath Item item, @QueryParameter String value) {
            FieldValidation.mayConfigure(item);
            return FieldValidation.tag(item, value);
        }

        @POST
        public FormValidation doCheckKeepFor(
                @AncestorInPath Item item, @QueryParameter String keepFor, @QueryParameter String action) {
            FieldValidation.mayConfigure(item);
            try {
                return KeepFor.parse(Util.fixEmptyAndTrim(keepFor)) == null || !"Remove".equalsIgnoreCase(action)
                        ? FormValidation.ok()
                        : FormValidation.error(Messages.DefenderTagStep_KeepForAddsOnly());
            } catch (IllegalArgumentException x) {
                return keepFor.contains("$") ? FormValidation.ok() : FormValidation.error(x.getMessage());
            }
        }

        @Override
        public String argumentsToString(Map<String, Object> namedArgs) {
            return SingleLine.of(namedArgs.get("action") + " " + namedArgs.get("value"), ARGUMENTS_SHOWN);
        }
    }
}
