package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.config.FieldValidation;
import io.jenkins.plugins.defendertags.tagging.MachineSearch;
import io.jenkins.plugins.defendertags.tagging.MachineSearchParameters;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code defenderMachines(tag: 'building')}: reads machines, changes nothing, and returns them as a list of maps. */
public final class DefenderMachinesStep extends AbstractMachinesStep implements MachineSearchParameters {

    private String tag;
    private String healthStatus;
    private String riskScore;
    private boolean notHeld;

    @DataBoundConstructor
    public DefenderMachinesStep() {
        // each parameter has a setter
    }

    @Override
    @CheckForNull
    public String getTag() {
        return tag;
    }

    @DataBoundSetter
    public void setTag(@CheckForNull String tag) {
        this.tag = tag;
    }

    @Override
    @CheckForNull
    public String getHealthStatus() {
        return healthStatus;
    }

    @DataBoundSetter
    public void setHealthStatus(@CheckForNull String healthStatus) {
        this.healthStatus = Util.fixEmpty(healthStatus);
    }

    @Override
    @CheckForNull
    public String getRiskScore() {
        return riskScore;
    }

    @DataBoundSetter
    public void setRiskScore(@CheckForNull String riskScore) {
        this.riskScore = Util.fixEmpty(riskScore);
    }

    @Override
    public boolean isNotHeld() {
        return notHeld;
    }

    @DataBoundSetter
    public void setNotHeld(boolean notHeld) {
        this.notHeld = notHeld;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        return new DefenderMachinesExecution(context, MachineSearch.parse(this));
    }

    @Extension
    public static final class DescriptorImpl extends DefenderStepDescriptor {

        @Override
        public String getFunctionName() {
            return "defenderMachines";
        }

        @Override
        public String getDisplayName() {
            return Messages.DefenderMachinesStep_DisplayName();
        }

        @POST
        public ListBoxModel doFillHealthStatusItems(@AncestorInPath Item item) {
            return list(item, MachineSearch.HEALTH);
        }

        @POST
        public ListBoxModel doFillRiskScoreItems(@AncestorInPath Item item) {
            return list(item, MachineSearch.RISK);
        }

        private static ListBoxModel list(Item item, List<String> values) {
            FieldValidation.mayConfigure(item);
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.DefenderMachinesStep_Any(), "");
            values.forEach(items::add);
            return items;
        }

        @POST
        public FormValidation doCheckNotHeld(
                @AncestorInPath Item item, @QueryParameter String tag, @QueryParameter boolean notHeld) {
            FieldValidation.mayConfigure(item);
            return notHeld && Util.fixEmptyAndTrim(tag) == null
                    ? FormValidation.error(Messages.DefenderMachinesStep_NotHeldNeedsTag())
                    : FormValidation.ok();
        }

        @Override
        public String argumentsToString(Map<String, Object> namedArgs) {
            return SingleLine.of(
                    Stream.of("tag", "machine", "machines")
                            .map(namedArgs::get)
                            .filter(Objects::nonNull)
                            .map(Object::toString)
                            .collect(Collectors.joining(" ")),
                    ARGUMENTS_SHOWN);
        }
    }
}
