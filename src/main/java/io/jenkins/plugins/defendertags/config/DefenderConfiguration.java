package io.jenkins.plugins.defendertags.config;

import com.cloudbees.plugins.credentials.CredentialsScope;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.RateLimit;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.credentials.ConnectionTester;
import io.jenkins.plugins.defendertags.credentials.CredentialSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jenkins.model.GlobalConfiguration;
import jenkins.model.Jenkins;
import jenkins.util.SystemProperties;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** What an administrator decides, in Manage Jenkins &gt; System. */
@Extension
@Symbol("defenderTags")
public final class DefenderConfiguration extends GlobalConfiguration implements CredentialSettings {

    private static final int LONGEST_DEADLINE = 24 * 60;

    /** How long to wait before a call that failed is repeated for the first time, in milliseconds; tests are less patient. */
    private static final String FIRST_PAUSE = DefenderConfiguration.class.getName() + ".firstPause";

    private String defaultCredentialsId;
    private List<CustomCloud> customClouds = new ArrayList<>();
    private int connectTimeout = (int) Timeouts.DEFAULT.connect().toSeconds();
    private int requestTimeout = (int) Timeouts.DEFAULT.request().toSeconds();

    private int callsPerMinute = 100;
    private int callsPerHour = 1500;
    private int deadline = (int) QueueSettings.DEFAULT.deadline().toMinutes();
    private AgentIdentityCheck verifyAgents = AgentIdentityCheck.OFF;
    private TagPolicy policy = new TagPolicy();

    public DefenderConfiguration() {
        load();
    }

    public static DefenderConfiguration get() {
        return ExtensionList.lookupSingleton(DefenderConfiguration.class);
    }

    /** Used where a job names none; null for none. */
    @Override
    @CheckForNull
    public String getDefaultCredentialsId() {
        return defaultCredentialsId;
    }

    @DataBoundSetter
    public void setDefaultCredentialsId(@CheckForNull String defaultCredentialsId) {
        this.defaultCredentialsId = Util.fixEmptyAndTrim(defaultCredentialsId);
        save();
    }

    public List<CustomCloud> getCustomClouds() {
        return new ArrayList<>(customClouds == null ? List.of() : customClouds);
    }

    /** @throws IllegalArgumentException if one of them is not usable; the configuration stays as it was */
    @DataBoundSetter
    public void setCustomClouds(@CheckForNull List<CustomCloud> customClouds) {
        List<CustomCloud> clouds = new ArrayList<>(customClouds == null ? List.of() : customClouds);
        Set<String> names = new HashSet<>();
        for (CustomCloud cloud : clouds) {
            if (!names.add(cloud.toCloud().id())) {
                throw new IllegalArgumentException(
                        "There are two clouds of the name " + cloud.getName() + ". Rename one.");
            }
        }
        this.customClouds = clouds;
        save();
    }

    /** Seconds to open a connection. */
    public int getConnectTimeout() {
        return connectTimeout;
    }

    /** @throws IllegalArgumentException if it is not 1 to 3600 */
    @DataBoundSetter
    public void setConnectTimeout(int connectTimeout) {
        this.connectTimeout = checkTimeout(connectTimeout);
        save();
    }

    /** Seconds for one request as a whole. */
    public int getRequestTimeout() {
        return requestTimeout;
    }

    /** @throws IllegalArgumentException if it is not 1 to 3600 */
    @DataBoundSetter
    public void setRequestTimeout(int requestTimeout) {
        this.requestTimeout = checkTimeout(requestTimeout);
        save();
    }

    private static int checkTimeout(int seconds) {
        new Timeouts(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds));
        return seconds;
    }

    /** Calls to Defender that all builds together may make in a minute with one app registration. */
    public int getCallsPerMinute() {
        return callsPerMinute;
    }

    /** @throws IllegalArgumentException if it is not positive */
    @DataBoundSetter
    public void setCallsPerMinute(int callsPerMinute) {
        this.callsPerMinute = RateLimit.perMinute(callsPerMinute).calls();
        save();
    }

    /** Calls to Defender that all builds together may make in an hour with one app registration. */
    public int getCallsPerHour() {
        return callsPerHour;
    }

    /** @throws IllegalArgumentException if it is not positive */
    @DataBoundSetter
    public void setCallsPerHour(int callsPerHour) {
        this.callsPerHour = RateLimit.perHour(callsPerHour).calls();
        save();
    }

    /** Minutes after which a change that could not be made fails, whatever it waited for. */
    public int getDeadline() {
        return deadline;
    }

    /** @throws IllegalArgumentException if it is not 1 to 1440, a day */
    @DataBoundSetter
    public void setDeadline(int deadline) {
        if (deadline < 1 || deadline > LONGEST_DEADLINE) {
            throw new IllegalArgumentException(
                    "A deadline of " + deadline + " minutes is not usable. Give 1 to " + LONGEST_DEADLINE + ".");
        }
        this.deadline = deadline;
        save();
    }

    /** Whether an agent must be the machine that its sensor names, as far as Defender's record of it tells. */
    public AgentIdentityCheck getVerifyAgents() {
        return verifyAgents == null ? AgentIdentityCheck.OFF : verifyAgents;
    }

    @DataBoundSetter
    public void setVerifyAgents(@CheckForNull AgentIdentityCheck verifyAgents) {
        this.verifyAgents = verifyAgents == null ? AgentIdentityCheck.OFF : verifyAgents;
        save();
    }

    /** What jobs may do. */
    public TagPolicy getPolicy() {
        return policy == null ? new TagPolicy() : policy;
    }

    /** @throws IllegalArgumentException if a pattern is not usable; the configuration stays as it was */
    @DataBoundSetter
    public void setPolicy(@CheckForNull TagPolicy policy) {
        TagPolicy wanted = policy == null ? new TagPolicy() : policy;
        wanted.validate();
        this.policy = wanted;
        save();
    }

    @Override
    public Timeouts timeouts() {
        return new Timeouts(Duration.ofSeconds(connectTimeout), Duration.ofSeconds(requestTimeout));
    }

    public QueueSettings queueSettings() {
        return new QueueSettings(
                List.of(RateLimit.perMinute(callsPerMinute), RateLimit.perHour(callsPerHour)),
                Duration.ofMinutes(deadline),
                firstPause());
    }

    private static Duration firstPause() {
        return Duration.ofMillis(SystemProperties.getLong(
                FIRST_PAUSE, QueueSettings.DEFAULT.firstPause().toMillis()));
    }

    /** The presets, then the custom ones. */
    @Override
    public List<Cloud> clouds() {
        return Stream.concat(Cloud.PRESETS.stream(), getCustomClouds().stream().map(CustomCloud::toCloud))
                .toList();
    }

    @Override
    public boolean configure(StaplerRequest2 req, JSONObject json) throws FormException {
        try {
            if (!json.has("customClouds")) {
                setCustomClouds(List.of()); // a form without clouds does not mention them
            }
            return super.configure(req, json);
        } catch (IllegalArgumentException x) {
            throw new FormException(x.getMessage(), x, "customClouds");
        }
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

    /** With what is stored under that ID, and with the clouds that are saved: nothing else of the form is used. */
    @POST
    public FormValidation doTestConnection(@QueryParameter String defaultCredentialsId) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return ConnectionTester.of(() -> AppRegistrations.findForJenkins(Util.fixEmptyAndTrim(defaultCredentialsId))
                .toAppRegistration());
    }

    @POST
    public FormValidation doCheckConnectTimeout(@QueryParameter String connectTimeout) {
        return checkTimeoutField(connectTimeout);
    }

    @POST
    public FormValidation doCheckRequestTimeout(@QueryParameter String requestTimeout) {
        return checkTimeoutField(requestTimeout);
    }

    private static FormValidation checkTimeoutField(String seconds) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return FormValidation.validateIntegerInRange(seconds, 1, 3600);
    }

    @POST
    public FormValidation doCheckCallsPerMinute(@QueryParameter String callsPerMinute) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return FormValidation.validatePositiveInteger(callsPerMinute);
    }

    @POST
    public FormValidation doCheckCallsPerHour(@QueryParameter String callsPerHour) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return FormValidation.validatePositiveInteger(callsPerHour);
    }

    @POST
    public FormValidation doCheckDeadline(@QueryParameter String deadline) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return FormValidation.validateIntegerInRange(deadline, 1, LONGEST_DEADLINE);
    }
}
