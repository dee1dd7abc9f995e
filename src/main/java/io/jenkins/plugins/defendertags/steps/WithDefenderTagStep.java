package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.config.FieldValidation;
import io.jenkins.plugins.defendertags.tagging.BlockParameters;
import io.jenkins.plugins.defendertags.tagging.TagRequestParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code withDefenderTag('building') { … }}: adds tags, runs the block, and removes them, whatever ends the block. */
public final class WithDefenderTagStep extends AbstractTagStep implements BlockParameters {

    private final String value;
    private List<String> values;

    /** @param value null if several are set */
    @DataBoundConstructor
    public WithDefenderTagStep(@CheckForNull String value) {
        this.value = value;
    }

    @Override
    public String getAction() {
        return TagAction.ADD.wireName();
    }

    @Override
    @CheckForNull
    public String getValue() {
        return value;
    }

    @Override
    @CheckForNull
    public List<String> getValues() {
        return values == null ? null : new ArrayList<>(values);
    }

    @DataBoundSetter
    public void setValues(@CheckForNull List<String> values) {
        this.values = values == null ? null : new ArrayList<>(values);
    }

    /** For a text area. */
    public String getValueLines() {
        return values == null ? Util.fixNull(value) : String.join("\n", values);
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        return new WithDefenderTagExecution(context, new TagRequestParser().parseBlock(this));
    }

    @Extension
    public static final class DescriptorImpl extends TagStepDescriptor {

        @Override
        public String getFunctionName() {
            return "withDefenderTag";
        }

        @Override
        public String getDisplayName() {
            return Messages.WithDefenderTagStep_DisplayName();
        }

        @Override
        public boolean takesImplicitBlockArgument() {
            return true;
        }

        /** The form has one field for tags; a single one becomes the short call. */
        @Override
        JSONObject toArguments(JSONObject form) {
            JSONObject filled = super.toArguments(form);
            if (filled.opt("values") instanceof JSONArray tags && tags.size() == 1) {
                filled.remove("values");
                filled.put("value", tags.getString(0));
            } else if (!filled.has("values") && !filled.has("value")) {
                filled.put("value", ""); // so that the snippet of an untouched form shows where the tag goes
            }
            return filled;
        }

        @POST
        public FormValidation doCheckValues(@AncestorInPath Item item, @QueryParameter String values) {
            FieldValidation.mayConfigure(item);
            return FieldValidation.tags(item, values);
        }

        @Override
        public String argumentsToString(Map<String, Object> namedArgs) {
            Object several = namedArgs.get("values");
            return SingleLine.of(String.valueOf(several == null ? namedArgs.get("value") : several), ARGUMENTS_SHOWN);
        }
    }
}
