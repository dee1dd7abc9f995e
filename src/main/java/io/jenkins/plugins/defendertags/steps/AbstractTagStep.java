package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.defendertags.tagging.OnError;
import io.jenkins.plugins.defendertags.tagging.TagParameters;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundSetter;

/** The parameters that the Pipeline steps which change tags have in common. */
@Restricted(NoExternalUse.class)
public abstract class AbstractTagStep extends AbstractMachinesStep implements TagParameters {

    private boolean pickNewest;
    private int waitForMachine;
    private String onError = OnError.FAIL.name();
    private boolean dryRun;

    AbstractTagStep() {}

    @Override
    public boolean isPickNewest() {
        return pickNewest;
    }

    @DataBoundSetter
    public void setPickNewest(boolean pickNewest) {
        this.pickNewest = pickNewest;
    }

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
}
