package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.config.FieldValidation;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.tagging.TagRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * {@code defenderTagSweep(value: 'building', olderThan: '7d')}: lists the machines that have a tag though nobody holds it,
 * and removes it from them if it is told to. Only for the jobs that the policy names.
 */
public final class DefenderTagSweepStep extends Step {

    private static final Pattern TIME = Pattern.compile("(\\d{1,6}) ?([mhd])");

    private final String value;
    private String olderThan;
    private String credentialsId;
    private boolean dryRun = true;

    @DataBoundConstructor
    public DefenderTagSweepStep(String value) {
        this.value = value;
    }

    public String getValue() {
        return value;
    }

    /** Such as {@code 7d}, {@code 12h} or {@code 90m}; null for any age. */
    @CheckForNull
    public String getOlderThan() {
        return olderThan;
    }

    @DataBoundSetter
    public void setOlderThan(@CheckForNull String olderThan) {
        this.olderThan = Util.fixEmptyAndTrim(olderThan);
    }

    @CheckForNull
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(@CheckForNull String credentialsId) {
        this.credentialsId = Util.fixEmpty(credentialsId);
    }

    public boolean isDryRun() {
        return dryRun;
    }

    @DataBoundSetter
    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }

    private static Duration parse(String time) throws AbortException {
        if (time == null) {
            return Duration.ZERO;
        }
        Matcher matcher = TIME.matcher(time);
        if (!matcher.matches()) {
            throw new AbortException("olderThan is \"" + SingleLine.of(time, 40)
                    + "\". Give a number and m, h or d, such as 90m, 12h or 7d.");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        return new DefenderTagSweepExecution(
                context, TagRequest.ofSweep(value, credentialsId, dryRun), parse(olderThan));
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {

        private static final int ARGUMENTS_SHOWN = 100;

        @Override
        public String getFunctionName() {
            return "defenderTagSweep";
        }

        @Override
        public String getDisplayName() {
            return Messages.DefenderTagSweepStep_DisplayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class);
        }

        @Override
        public String argumentsToString(Map<String, Object> namedArgs) {
            return SingleLine.of(String.valueOf(namedArgs.get("value")), ARGUMENTS_SHOWN);
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            return AppRegistrations.list(item, credentialsId);
        }

        @POST
        public FormValidation doCheckValue(@AncestorInPath Item item, @QueryParameter String value) {
            FieldValidation.mayConfigure(item);
            return FieldValidation.tag(item, value);
        }

        @POST
        public FormValidation doCheckCredentialsId(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            FieldValidation.mayConfigure(item);
            return FieldValidation.credentialsId(item, credentialsId);
        }

        @POST
        public FormValidation doCheckOlderThan(@AncestorInPath Item item, @QueryParameter String olderThan) {
            FieldValidation.mayConfigure(item);
            try {
                parse(Util.fixEmptyAndTrim(olderThan));
                return FormValidation.ok();
            } catch (AbortException x) {
                return FormValidation.error(x.getMessage());
            }
        }
    }
}
