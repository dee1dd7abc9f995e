package io.jenkins.plugins.defendertags.config;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.AbortException;
import hudson.Util;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.model.Documentation;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.credentials.ConnectionTester;
import jenkins.model.GlobalConfiguration;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The lists, checks and the button of the form of {@link DefenderConfiguration}. */
@Restricted(NoExternalUse.class)
public abstract class ConfigurationForm extends GlobalConfiguration {

    static final int LONGEST_TIMEOUT_SECONDS = 3600;
    static final int LONGEST_DEADLINE_MINUTES = 24 * 60;

    /** The page that explains how to create an app registration, in the documentation of this version. */
    public String getGettingStartedUrl() {
        return Documentation.url("getting-started.md");
    }

    @POST
    public ListBoxModel doFillDefaultCredentialsIdItems(@QueryParameter String defaultCredentialsId) {
        return AppRegistrations.list(null, defaultCredentialsId);
    }

    @POST
    public FormValidation doCheckDefaultCredentialsId(@QueryParameter String defaultCredentialsId) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        String id = Util.fixEmptyAndTrim(defaultCredentialsId);
        try {
            return id != null && AppRegistrations.findForJenkins(id).getScope() == CredentialsScope.SYSTEM
                    ? FormValidation.warning(Messages.DefenderConfiguration_NotForJobs())
                    : FormValidation.ok();
        } catch (AbortException x) {
            return FormValidation.error(x.getMessage());
        }
    }

    /** Uses the stored credential with that ID and the saved clouds, and nothing else of the form. */
    @POST
    public FormValidation doTestConnection(@QueryParameter String defaultCredentialsId) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return ConnectionTester.test(() -> AppRegistrations.findForJenkins(Util.fixEmptyAndTrim(defaultCredentialsId))
                .toAppRegistration());
    }

    @POST
    public FormValidation doCheckConnectTimeout(@QueryParameter String connectTimeout) {
        return checkRange(connectTimeout, LONGEST_TIMEOUT_SECONDS);
    }

    @POST
    public FormValidation doCheckRequestTimeout(@QueryParameter String requestTimeout) {
        return checkRange(requestTimeout, LONGEST_TIMEOUT_SECONDS);
    }

    @POST
    public FormValidation doCheckCallsPerMinute(@QueryParameter String callsPerMinute) {
        return checkRange(callsPerMinute, Integer.MAX_VALUE);
    }

    @POST
    public FormValidation doCheckCallsPerHour(@QueryParameter String callsPerHour) {
        return checkRange(callsPerHour, Integer.MAX_VALUE);
    }

    @POST
    public FormValidation doCheckDeadline(@QueryParameter String deadline) {
        return checkRange(deadline, LONGEST_DEADLINE_MINUTES);
    }

    private static FormValidation checkRange(String value, int longest) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return longest == Integer.MAX_VALUE
                ? FormValidation.validatePositiveInteger(value)
                : FormValidation.validateIntegerInRange(value, 1, longest);
    }
}
