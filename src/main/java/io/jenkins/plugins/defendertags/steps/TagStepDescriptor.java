package io.jenkins.plugins.defendertags.steps;

import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.defendertags.config.FieldValidation;
import io.jenkins.plugins.defendertags.tagging.OnError;
import io.jenkins.plugins.defendertags.tagging.TagRequestParser;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The lists and checks of the form of an {@link AbstractTagStep}; the form of the freestyle build step uses them as well. */
@Restricted(NoExternalUse.class)
public abstract class TagStepDescriptor extends DefenderStepDescriptor {

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
    public FormValidation doCheckWaitForMachine(@AncestorInPath Item item, @QueryParameter String waitForMachine) {
        FieldValidation.mayConfigure(item);
        return Util.fixEmptyAndTrim(waitForMachine) == null
                ? FormValidation.ok()
                : FormValidation.validateIntegerInRange(waitForMachine, 0, TagRequestParser.MAX_WAIT_MINUTES);
    }
}
