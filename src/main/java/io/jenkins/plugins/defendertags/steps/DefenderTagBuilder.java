package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Launcher;
import hudson.Util;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.BuildListener;
import hudson.model.Item;
import hudson.model.Node;
import hudson.model.Result;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.config.FieldValidation;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.tagging.OnError;
import io.jenkins.plugins.defendertags.tagging.TagOperation;
import io.jenkins.plugins.defendertags.tagging.TagParameters;
import io.jenkins.plugins.defendertags.tagging.TagRequest;
import io.jenkins.plugins.defendertags.tagging.TagResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** The freestyle build step; its fields may contain {@code ${VARIABLES}} of the build. */
public final class DefenderTagBuilder extends Builder implements TagParameters {

    private final String action;
    private final String value;
    private String machine;
    private List<String> machines;
    private String credentialsId;
    private boolean pickNewest;
    private int waitForMachine;
    private String onError = OnError.FAIL.name();
    private boolean dryRun;

    @DataBoundConstructor
    public DefenderTagBuilder(String action, String value) {
        this.action = action;
        this.value = value;
    }

    @Override
    public String getAction() {
        return action;
    }

    @Override
    public String getValue() {
        return value;
    }

    @Override
    @CheckForNull
    public String getMachine() {
        return machine;
    }

    @DataBoundSetter
    public void setMachine(@CheckForNull String machine) {
        this.machine = machine;
    }

    @Override
    @CheckForNull
    public List<String> getMachines() {
        return machines == null ? null : new ArrayList<>(machines);
    }

    /** @param machines none is the same as null, because Job DSL sets an empty list where a script names no machines */
    @DataBoundSetter
    public void setMachines(@CheckForNull List<String> machines) {
        this.machines = machines == null || machines.isEmpty() ? null : new ArrayList<>(machines);
    }

    @Override
    @CheckForNull
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(@CheckForNull String credentialsId) {
        this.credentialsId = Util.fixEmpty(credentialsId);
    }

    @Override
    public boolean isPickNewest() {
        return pickNewest;
    }

    @DataBoundSetter
    public void setPickNewest(boolean pickNewest) {
        this.pickNewest = pickNewest;
    }

    /** In minutes. */
    @Override
    public int getWaitForMachine() {
        return waitForMachine;
    }

    @DataBoundSetter
    public void setWaitForMachine(int waitForMachine) {
        this.waitForMachine = waitForMachine;
    }

    @Override
    public String getOnError() {
        return onError;
    }

    @DataBoundSetter
    public void setOnError(@CheckForNull String onError) {
        this.onError = Util.fixNull(onError, OnError.FAIL.name());
    }

    @Override
    public boolean isDryRun() {
        return dryRun;
    }

    @DataBoundSetter
    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }

    @Override
    public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
            throws InterruptedException, IOException {
        TagRequest request = TagRequest.of(this, TagRequest.variables(build.getEnvironment(listener)));
        Node node = build.getBuiltOn();
        TagOperation tagging = TagOperation.start(request, build, node == null ? null : node.toComputer(), listener);
        try {
            String problem = TagResult.problem(tagging.outcome().get());
            if (problem != null && request.onError() == OnError.UNSTABLE) {
                build.setResult(Result.UNSTABLE);
            }
            return true;
        } catch (InterruptedException x) {
            tagging.cancel().join(); // writes the record
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
            FieldValidation.mayConfigure(item);
            ListBoxModel items = new ListBoxModel();
            Stream.of(TagAction.values()).map(TagAction::wireName).forEach(items::add);
            return items;
        }

        /**
         * Leaves out what a form left empty, because an argument that is there and empty is an error, and reads the
         * machines or tags of a text area, one a line.
         */
        static JSONObject withoutBlanks(JSONObject form) {
            JSONObject filled = new JSONObject();
            for (Object name : form.keySet()) {
                String key = (String) name;
                Object field = form.get(key);
                boolean blank = field instanceof String text && text.isBlank();
                if ((key.equals("machines") || key.equals("values")) && field instanceof String text && !blank) {
                    filled.put(
                            key,
                            text.lines()
                                    .map(String::strip)
                                    .filter(line -> !line.isEmpty())
                                    .toList());
                } else if (!blank || key.equals("value") || key.equals("action")) {
                    filled.put(key, field);
                }
            }
            return filled;
        }

        @Override
        public Builder newInstance(@CheckForNull StaplerRequest2 req, JSONObject form) throws FormException {
            return super.newInstance(req, withoutBlanks(form));
        }

        @POST
        public ListBoxModel doFillOnErrorItems(@AncestorInPath Item item) {
            FieldValidation.mayConfigure(item);
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.OnError_Fail(), OnError.FAIL.name());
            items.add(Messages.OnError_Unstable(), OnError.UNSTABLE.name());
            items.add(Messages.OnError_Continue(), OnError.CONTINUE.name());
            return items;
        }

        @POST
        public FormValidation doCheckMachines(
                @AncestorInPath Item item, @QueryParameter String machines, @QueryParameter String machine) {
            FieldValidation.mayConfigure(item);
            return FieldValidation.machines(machines, machine, TagRequest.MAX_MACHINES);
        }

        @POST
        public FormValidation doCheckWaitForMachine(@AncestorInPath Item item, @QueryParameter String waitForMachine) {
            FieldValidation.mayConfigure(item);
            return Util.fixEmptyAndTrim(waitForMachine) == null
                    ? FormValidation.ok()
                    : FormValidation.validateIntegerInRange(waitForMachine, 0, TagRequest.MAX_WAIT_MINUTES);
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            return AppRegistrations.list(item, credentialsId);
        }

        @POST
        public FormValidation doCheckCredentialsId(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            FieldValidation.mayConfigure(item);
            return FieldValidation.credentialsId(item, credentialsId);
        }

        @POST
        public FormValidation doCheckValue(@AncestorInPath Item item, @QueryParameter String value) {
            FieldValidation.mayConfigure(item);
            return FieldValidation.tag(item, value);
        }

        @POST
        public FormValidation doCheckMachine(
                @AncestorInPath Item item, @QueryParameter String machine, @QueryParameter String machines) {
            FieldValidation.mayConfigure(item);
            return FieldValidation.machine(machine, machines);
        }
    }
}
