package io.jenkins.plugins.defendertags.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.XmlFile;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.RateLimit;
import io.jenkins.plugins.defendertags.credentials.CredentialSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.util.SystemProperties;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/** The settings in Manage Jenkins &gt; System &gt; Defender Tags. */
@Extension
@Symbol("defenderTags")
public final class DefenderConfiguration extends ConfigurationForm implements CredentialSettings {

    private static final Logger LOGGER = Logger.getLogger(DefenderConfiguration.class.getName());

    /** Milliseconds before the first retry of a failed call. Tests set less. */
    private static final String FIRST_PAUSE = DefenderConfiguration.class.getName() + ".firstPause";

    /** Milliseconds that stand in for a minute of the deadline. Tests set less. */
    private static final String DEADLINE_MINUTE = DefenderConfiguration.class.getName() + ".deadlineMinute";

    private static final int DEFAULT_CONNECT_TIMEOUT =
            (int) Timeouts.DEFAULT.connect().toSeconds();
    private static final int DEFAULT_REQUEST_TIMEOUT =
            (int) Timeouts.DEFAULT.request().toSeconds();
    private static final int DEFAULT_CALLS_PER_MINUTE = 100;
    private static final int DEFAULT_CALLS_PER_HOUR = 1500;
    private static final int DEFAULT_DEADLINE =
            (int) QueueSettings.DEFAULT.deadline().toMinutes();

    private String defaultCredentialsId;
    private List<CustomCloud> customClouds = new ArrayList<>();
    private int connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private int requestTimeout = DEFAULT_REQUEST_TIMEOUT;

    private int callsPerMinute = DEFAULT_CALLS_PER_MINUTE;
    private int callsPerHour = DEFAULT_CALLS_PER_HOUR;
    private int deadline = DEFAULT_DEADLINE;
    private AgentVerificationMode verifyAgents = AgentVerificationMode.OFF;
    private TagPolicy policy = new TagPolicy();
    private List<AgentTagRule> agentTags = new ArrayList<>();

    public DefenderConfiguration() {
        load();
    }

    /** Whoever broke the file must not have lifted the policy with it. */
    @Override
    public synchronized void load() {
        XmlFile file = getConfigFile();
        if (!file.exists()) {
            return;
        }
        try {
            file.unmarshal(this);
        } catch (IOException | RuntimeException x) {
            LOGGER.log(
                    Level.WARNING,
                    x,
                    () -> file + " cannot be read. Until the settings are saved again, the policy refuses every job.");
            policy = TagPolicy.refusingEverything();
        }
    }

    /** Replaces what is missing or unusable in the file, so that one wrong field does not stop every build. */
    private Object readResolve() {
        connectTimeout = usable("connectTimeout", connectTimeout, LONGEST_TIMEOUT_SECONDS, DEFAULT_CONNECT_TIMEOUT);
        requestTimeout = usable("requestTimeout", requestTimeout, LONGEST_TIMEOUT_SECONDS, DEFAULT_REQUEST_TIMEOUT);
        callsPerMinute = usable("callsPerMinute", callsPerMinute, Integer.MAX_VALUE, DEFAULT_CALLS_PER_MINUTE);
        callsPerHour = usable("callsPerHour", callsPerHour, Integer.MAX_VALUE, DEFAULT_CALLS_PER_HOUR);
        deadline = usable("deadline", deadline, LONGEST_DEADLINE_MINUTES, DEFAULT_DEADLINE);
        verifyAgents = verifyAgents == null ? AgentVerificationMode.OFF : verifyAgents;
        policy = policy == null ? new TagPolicy() : policy;
        customClouds = new ArrayList<>(
                Util.fixNull(customClouds).stream().filter(Objects::nonNull).toList());
        for (CustomCloud cloud : customClouds) {
            try {
                cloud.toCloud();
            } catch (IllegalArgumentException x) {
                LOGGER.log(
                        Level.WARNING,
                        () -> "The custom cloud \"" + cloud.getName() + "\" is ignored. " + x.getMessage());
            }
        }
        agentTags = new ArrayList<>(
                Util.fixNull(agentTags).stream().filter(Objects::nonNull).toList());
        return this;
    }

    private static int usable(String field, int value, int longest, int otherwise) {
        if (value >= 1 && value <= longest) {
            return value;
        }
        LOGGER.log(
                Level.WARNING, () -> field + " is " + value + " in the settings; " + otherwise + " is used instead.");
        return otherwise;
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
        return new ArrayList<>(customClouds);
    }

    /** @throws IllegalArgumentException if one of them cannot be used; the configuration stays as it was */
    @DataBoundSetter
    public void setCustomClouds(@CheckForNull List<CustomCloud> customClouds) {
        List<CustomCloud> clouds = new ArrayList<>(Util.fixNull(customClouds));
        Set<String> names = new HashSet<>();
        for (CustomCloud cloud : clouds) {
            if (!names.add(cloud.toCloud().id())) {
                throw new IllegalArgumentException(
                        "There are two clouds with the name " + cloud.getName() + ". Rename one.");
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
        if (deadline < 1 || deadline > LONGEST_DEADLINE_MINUTES) {
            throw new IllegalArgumentException("A deadline of " + deadline + " minutes is not usable. Give 1 to "
                    + LONGEST_DEADLINE_MINUTES + ".");
        }
        this.deadline = deadline;
        save();
    }

    /** Whether an agent must be the machine that its sensor names, as far as Defender's record of it tells. */
    public AgentVerificationMode getVerifyAgents() {
        return verifyAgents;
    }

    @DataBoundSetter
    public void setVerifyAgents(@CheckForNull AgentVerificationMode verifyAgents) {
        this.verifyAgents = verifyAgents == null ? AgentVerificationMode.OFF : verifyAgents;
        save();
    }

    /** What jobs may do. */
    public TagPolicy getPolicy() {
        return policy;
    }

    /** @throws IllegalArgumentException if a pattern is not usable; the configuration stays as it was */
    @DataBoundSetter
    public void setPolicy(@CheckForNull TagPolicy policy) {
        TagPolicy wanted = policy == null ? new TagPolicy() : policy;
        wanted.validate();
        this.policy = wanted;
        save();
    }

    /** Tags for agents by their labels. */
    public List<AgentTagRule> getAgentTags() {
        return new ArrayList<>(agentTags);
    }

    /** @throws IllegalArgumentException if one of them cannot be used; the configuration stays as it was */
    @DataBoundSetter
    public void setAgentTags(@CheckForNull List<AgentTagRule> agentTags) {
        List<AgentTagRule> rules = new ArrayList<>(Util.fixNull(agentTags));
        AgentTagRule.validate(rules);
        this.agentTags = rules; // before it is saved, which has connected agents adjusted
        save();
    }

    @Override
    public Timeouts timeouts() {
        return new Timeouts(Duration.ofSeconds(connectTimeout), Duration.ofSeconds(requestTimeout));
    }

    public QueueSettings queueSettings() {
        return new QueueSettings(
                List.of(RateLimit.perMinute(callsPerMinute), RateLimit.perHour(callsPerHour)),
                Duration.ofMillis(deadline * SystemProperties.getLong(DEADLINE_MINUTE, 60_000L)),
                Duration.ofMillis(SystemProperties.getLong(
                        FIRST_PAUSE, QueueSettings.DEFAULT.firstPause().toMillis())));
    }

    /** The presets, then the custom ones. */
    @Override
    public List<Cloud> clouds() {
        return Stream.concat(Cloud.PRESETS.stream(), customClouds.stream().flatMap(CustomCloud::ifUsable))
                .toList();
    }

    @Override
    public boolean configure(StaplerRequest2 req, JSONObject json) throws FormException {
        try {
            if (!json.has("customClouds")) {
                setCustomClouds(List.of()); // a form without clouds does not mention them
            }
            if (!json.has("agentTags")) {
                setAgentTags(List.of());
            }
            return super.configure(req, json);
        } catch (IllegalArgumentException x) {
            throw new FormException(x.getMessage(), x, "customClouds");
        }
    }
}
