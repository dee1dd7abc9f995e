package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.config.FieldValidation;
import io.jenkins.plugins.defendertags.credentials.AppRegistrations;
import io.jenkins.plugins.defendertags.tagging.TagRequestParser;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** What the descriptors of all steps have in common: checked arguments, and forms that name machines and a credential. */
@Restricted(NoExternalUse.class)
public abstract class DefenderStepDescriptor extends StepDescriptor {

    static final int ARGUMENTS_SHOWN = 100;

    private static final Set<String> TEXT_AREAS = Set.of("machines", "values");
    private static final Set<String> REQUIRED = Set.of("action", "value");
    private static final Set<String> FORM_CLASS = Set.of("$class", "stapler-class");

    @Override
    public final Set<? extends Class<?>> getRequiredContext() {
        return Set.of(FlowNode.class, Run.class, TaskListener.class);
    }

    @Override
    public final Step newInstance(Map<String, Object> arguments) throws Exception {
        DescribableModel<? extends Step> model = DescribableModel.of(clazz);
        return super.newInstance(new StepArguments(getFunctionName(), model).check(arguments));
    }

    @Override
    public final Step newInstance(@CheckForNull StaplerRequest2 req, JSONObject form) throws FormException {
        return super.newInstance(req, toArguments(form));
    }

    /**
     * Leaves out the fields that are empty in a form, because an empty argument is an error, and splits the lines of a text
     * area. What Jenkins adds to the form of a build step names that class, so it is left out as well.
     */
    JSONObject toArguments(JSONObject form) {
        JSONObject arguments = new JSONObject();
        for (Object name : form.keySet()) {
            String key = (String) name;
            Object field = form.get(key);
            boolean blank = field instanceof String text && text.isBlank();
            if (TEXT_AREAS.contains(key) && field instanceof String text && !blank) {
                arguments.put(key, lines(text));
            } else if (!FORM_CLASS.contains(key) && (!blank || REQUIRED.contains(key))) {
                arguments.put(key, field);
            }
        }
        return arguments;
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
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
    public FormValidation doCheckMachine(
            @AncestorInPath Item item, @QueryParameter String machine, @QueryParameter String machines) {
        FieldValidation.mayConfigure(item);
        return FieldValidation.machine(machine, machines);
    }

    @POST
    public FormValidation doCheckMachines(
            @AncestorInPath Item item, @QueryParameter String machines, @QueryParameter String machine) {
        FieldValidation.mayConfigure(item);
        return FieldValidation.machines(machines, machine, TagRequestParser.MAX_MACHINES);
    }
}
