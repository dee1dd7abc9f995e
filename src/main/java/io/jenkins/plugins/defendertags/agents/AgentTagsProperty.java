package io.jenkins.plugins.defendertags.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.slaves.NodeProperty;
import hudson.slaves.NodePropertyDescriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.config.AgentTagRule;
import io.jenkins.plugins.defendertags.config.FieldValidation;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/**
 * The tags of an agent's machine: added when the agent connects, removed when there is no such agent any more. On a cloud's
 * template it is for every agent that the cloud makes of it. {@link AgentTags} see to it.
 */
public final class AgentTagsProperty extends NodeProperty<Node> {

    private List<String> tags;
    private String credentialsId;

    /** @throws IllegalArgumentException if one of them cannot be used, or if there are none or too many */
    @DataBoundConstructor
    public AgentTagsProperty(@CheckForNull List<String> tags) {
        List<String> distinct = Util.fixNull(tags).stream().distinct().toList();
        AgentTagRule.validateTags(distinct);
        this.tags = new ArrayList<>(distinct);
    }

    /** A file can lack the tags, or hold something else. What is no usable tag is refused when the agent connects. */
    private Object readResolve() {
        tags = AgentTagRule.texts(tags);
        return this;
    }

    public List<String> getTags() {
        return new ArrayList<>(tags);
    }

    /** For a text area. */
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

    @Extension
    @Symbol("defenderTags")
    public static final class DescriptorImpl extends NodePropertyDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.AgentTagsProperty_DisplayName();
        }

        /** A tag of all agents is set in the templates and agents, where it can be seen. */
        @Override
        public boolean isApplicableAsGlobal() {
            return false;
        }

        /** Shows what is wrong with the field, instead of an error page about a constructor. */
        @Override
        public AgentTagsProperty newInstance(StaplerRequest2 req, JSONObject form) throws FormException {
            try {
                AgentTagsProperty property = new AgentTagsProperty(FieldValidation.lines(form.optString("tags")));
                property.setCredentialsId(form.optString("credentialsId"));
                return property;
            } catch (IllegalArgumentException x) {
                throw new FormException(x.getMessage(), x, "tags");
            }
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
            return AppRegistrations.listForJenkins(credentialsId);
        }

        /** @param computer the agent whose form it is; null in the form of a new agent or a template */
        @POST
        public FormValidation doCheckTags(@AncestorInPath Computer computer, @QueryParameter String tags) {
            if (computer == null) {
                Jenkins.get().checkPermission(Computer.CREATE);
            } else {
                computer.checkPermission(Computer.CONFIGURE);
            }
            return FieldValidation.agentTags(tags);
        }
    }
}
