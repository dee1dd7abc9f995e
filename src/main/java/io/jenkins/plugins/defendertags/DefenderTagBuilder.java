package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.Launcher;
import hudson.Util;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.BuildListener;
import hudson.model.Item;
import hudson.model.Node;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.Machine;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.client.Tag;
import io.jenkins.plugins.defendertags.client.TagAction;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The freestyle build step; its fields may contain {@code ${VARIABLES}} of the build. */
public final class DefenderTagBuilder extends Builder {

    private final String action;
    private final String value;
    private String machine;
    private String credentialsId;

    @DataBoundConstructor
    public DefenderTagBuilder(String action, String value) {
        this.action = action;
        this.value = value;
    }

    public String getAction() {
        return action;
    }

    public String getValue() {
        return value;
    }

    @CheckForNull
    public String getMachine() {
        return machine;
    }

    @DataBoundSetter
    public void setMachine(@CheckForNull String machine) {
        this.machine = Util.fixEmptyAndTrim(machine);
    }

    @CheckForNull
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(@CheckForNull String credentialsId) {
        this.credentialsId = Util.fixEmpty(credentialsId);
    }

    @Override
    public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
            throws InterruptedException, IOException {
        EnvVars env = build.getEnvironment(listener);
        TagRequest request =
                TagRequest.of(env.expand(action), env.expand(value), env.expand(machine), env.expand(credentialsId));
        Node node = build.getBuiltOn();
        CompletableFuture<Machine> change =
                DefenderTagger.get().tag(request, build, node == null ? null : node.toComputer(), listener);
        try {
            change.get();
            return true;
        } catch (InterruptedException x) {
            change.cancel(false);
            throw x;
        } catch (ExecutionException x) {
            if (x.getCause() instanceof AbortException expected) {
                throw expected;
            }
            throw new IOException("The Defender tag could not be changed", x.getCause());
        }
    }

    /** Serves the form of the Pipeline step as well. */
    @Extension
    @Symbol("defenderTag")
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.DefenderTagBuilder_DisplayName();
        }

        @Override
        public boolean isApplicable(Class<? extends AbstractProject> type) {
            return true;
        }

        @POST
        public ListBoxModel doFillActionItems(@AncestorInPath Item item) {
            checkMayConfigure(item);
            ListBoxModel items = new ListBoxModel();
            Stream.of(TagAction.values()).map(TagAction::wireName).forEach(items::add);
            return items;
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            return AppRegistrations.list(item, credentialsId);
        }

        @POST
        public FormValidation doCheckValue(@AncestorInPath Item item, @QueryParameter String value) {
            checkMayConfigure(item);
            return check(value, Tag::new);
        }

        @POST
        public FormValidation doCheckMachine(@AncestorInPath Item item, @QueryParameter String machine) {
            checkMayConfigure(item);
            String named = Util.fixEmptyAndTrim(machine);
            return named == null ? FormValidation.ok() : check(named, MachineId::new);
        }

        private static FormValidation check(String text, java.util.function.Consumer<String> parse) {
            if (text.contains("$")) {
                return FormValidation.ok(); // known only when the build runs
            }
            try {
                parse.accept(text);
                return FormValidation.ok();
            } catch (IllegalArgumentException x) {
                return FormValidation.error(x.getMessage());
            }
        }

        private static void checkMayConfigure(@CheckForNull Item item) {
            if (item == null) {
                Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            } else {
                item.checkPermission(Item.CONFIGURE);
            }
        }
    }
}
