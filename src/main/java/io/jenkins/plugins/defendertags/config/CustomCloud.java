package io.jenkins.plugins.defendertags.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import java.util.function.Consumer;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * A cloud other than the presets. It exists only in the global configuration, because whoever chooses these URLs decides where
 * tokens and secrets are sent.
 */
public final class CustomCloud implements Describable<CustomCloud> {

    private final String name;
    private final String apiUrl;
    private final String authorityUrl;
    private final String scope;
    private String portalUrl;

    @DataBoundConstructor
    public CustomCloud(String name, String apiUrl, String authorityUrl, String scope) {
        this.name = Util.fixNull(name).strip();
        this.apiUrl = Util.fixNull(apiUrl).strip();
        this.authorityUrl = Util.fixNull(authorityUrl).strip();
        this.scope = Util.fixNull(scope).strip();
    }

    private Object readResolve() {
        CustomCloud complete = new CustomCloud(name, apiUrl, authorityUrl, scope);
        complete.setPortalUrl(portalUrl);
        return complete;
    }

    public String getName() {
        return name;
    }

    public String getApiUrl() {
        return apiUrl;
    }

    public String getAuthorityUrl() {
        return authorityUrl;
    }

    public String getScope() {
        return scope;
    }

    @CheckForNull
    public String getPortalUrl() {
        return portalUrl;
    }

    @DataBoundSetter
    public void setPortalUrl(@CheckForNull String portalUrl) {
        this.portalUrl = Util.fixEmptyAndTrim(portalUrl);
    }

    /** Returns the cloud, or nothing if a value cannot be used: that can only come from an edited file. */
    Stream<Cloud> ifUsable() {
        try {
            return Stream.of(toCloud());
        } catch (IllegalArgumentException x) {
            return Stream.empty();
        }
    }

    /** @throws IllegalArgumentException if a value cannot be used, with a message that says which and why */
    Cloud toCloud() {
        checkNoPreset(name);
        return Cloud.of(name, name, apiUrl, authorityUrl, scope, portalUrl);
    }

    private static void checkNoPreset(String name) {
        if (Cloud.PRESETS.stream().anyMatch(preset -> preset.id().equals(name))) {
            throw new IllegalArgumentException("The name " + name + " belongs to a preset. Choose another name.");
        }
    }

    @Extension
    @Symbol("customCloud")
    public static final class DescriptorImpl extends Descriptor<CustomCloud> {

        @Override
        public String getDisplayName() {
            return Messages.CustomCloud_DisplayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String name) {
            return check(name, text -> {
                Cloud.checkId(text);
                checkNoPreset(text);
            });
        }

        @POST
        public FormValidation doCheckApiUrl(@QueryParameter String apiUrl) {
            return check(apiUrl, text -> Cloud.baseUrl("API URL", text));
        }

        @POST
        public FormValidation doCheckAuthorityUrl(@QueryParameter String authorityUrl) {
            return check(authorityUrl, text -> Cloud.baseUrl("authority URL", text));
        }

        @POST
        public FormValidation doCheckScope(@QueryParameter String scope) {
            return check(scope, Cloud::checkScope);
        }

        @POST
        public FormValidation doCheckPortalUrl(@QueryParameter String portalUrl) {
            return check(portalUrl, text -> {
                if (!text.isEmpty()) {
                    Cloud.baseUrl("portal URL", text);
                }
            });
        }

        private static FormValidation check(String text, Consumer<String> parse) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            try {
                parse.accept(Util.fixNull(text).strip());
                return FormValidation.ok();
            } catch (IllegalArgumentException x) {
                return FormValidation.error(x.getMessage());
            }
        }
    }
}
