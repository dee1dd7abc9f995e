package io.jenkins.plugins.defendertags.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AutoCompletionCandidates;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.labels.LabelExpression;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Tags for all agents that a label expression fits. */
public final class AgentTagRule implements Describable<AgentTagRule> {

    /** Of one rule, and of the property of one agent. */
    private static final int MAX_TAGS = 20;

    private static final int SHOWN = 80;

    private final String label;
    private final List<String> tags;
    private String credentialsId;

    /** Parsed when it is first needed. */
    private transient Label parsed;

    /**
     * @param label a label expression such as {@code linux && docker}
     * @param tags each can hold several, one a line, because the form has one text for all
     */
    @DataBoundConstructor
    public AgentTagRule(@CheckForNull String label, @CheckForNull List<String> tags) {
        this.label = Util.fixNull(label).strip();
        this.tags = new ArrayList<>(Util.fixNull(tags).stream()
                .flatMap(text -> FieldValidation.lines(text).stream())
                .distinct()
                .toList());
    }

    /** A file can lack a field, or hold something else than texts in the list. */
    private Object readResolve() {
        AgentTagRule read = new AgentTagRule(label, texts(tags));
        read.setCredentialsId(credentialsId);
        return read;
    }

    /** What a list that was read from a file holds of texts; it can lack, or hold something else. */
    public static List<String> texts(@CheckForNull List<?> read) {
        return new ArrayList<>(Util.fixNull(read).stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .toList());
    }

    public String getLabel() {
        return label;
    }

    /** Each once. */
    public List<String> getTags() {
        return new ArrayList<>(tags);
    }

    /** For a text area. */
    @Restricted(NoExternalUse.class)
    public String getTagLines() {
        return String.join("\n", tags);
    }

    /** Null for the default of the global configuration. */
    @CheckForNull
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(@CheckForNull String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    /** Whether the agent has the labels. A label expression that cannot be parsed, which only a file can hold, fits no agent. */
    public boolean fits(Node agent) {
        try {
            return label().matches(agent);
        } catch (IllegalArgumentException x) {
            return false;
        }
    }

    private synchronized Label label() {
        if (parsed == null) {
            parsed = parse(label);
        }
        return parsed;
    }

    private static Label parse(String expression) {
        if (expression.isEmpty()) {
            throw new IllegalArgumentException("It has no label expression, so it matches no agents.");
        }
        try {
            return Label.parseExpression(expression);
        } catch (IllegalArgumentException x) {
            throw new IllegalArgumentException("The label expression \"" + SingleLine.of(expression, SHOWN)
                    + "\" cannot be parsed: " + SingleLine.of(x.getMessage(), SHOWN));
        }
    }

    /** @throws IllegalArgumentException if one of the rules cannot be used, with a message that says which and why */
    static void validate(List<AgentTagRule> rules) {
        for (int i = 0; i < rules.size(); i++) {
            try {
                rules.get(i).label();
                validateTags(rules.get(i).tags);
            } catch (IllegalArgumentException x) {
                throw new IllegalArgumentException(
                        "In Tags of agents, rule " + (i + 1) + " cannot be used: " + x.getMessage());
            }
        }
    }

    /** @throws IllegalArgumentException if an agent cannot have these tags by its configuration, with a message that says why */
    public static void validateTags(List<String> tags) {
        tags.forEach(AgentTagRule::validateTag);
        if (tags.isEmpty() || tags.size() > MAX_TAGS) {
            throw new IllegalArgumentException(
                    "There are " + tags.size() + " tags. Give 1 to " + MAX_TAGS + ", one a line.");
        }
    }

    private static void validateTag(String tag) {
        new Tag(tag);
        if (tag.contains("$")) {
            throw new IllegalArgumentException("The tag \"" + SingleLine.of(tag, SHOWN)
                    + "\" contains a $. Variables are not replaced in the tags of agents: write the tag itself.");
        }
    }

    @Extension
    @Symbol("agentTagRule")
    public static final class DescriptorImpl extends Descriptor<AgentTagRule> {

        @Override
        public String getDisplayName() {
            return Messages.AgentTagRule_DisplayName();
        }

        @POST
        public FormValidation doCheckLabel(@QueryParameter String label) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Util.fixEmptyAndTrim(label) == null
                    ? FormValidation.error(Messages.AgentTagRule_NoLabel())
                    : LabelExpression.validate(label);
        }

        @POST
        public AutoCompletionCandidates doAutoCompleteLabel(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return LabelExpression.autoComplete(value);
        }

        @POST
        public FormValidation doCheckTags(@QueryParameter String tags) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FieldValidation.agentTags(tags);
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
            return AppRegistrations.listForJenkins(credentialsId);
        }
    }
}
