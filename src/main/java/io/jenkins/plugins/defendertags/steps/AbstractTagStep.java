package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.defendertags.tagging.OnError;
import io.jenkins.plugins.defendertags.tagging.TagParameters;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundSetter;

/** The parameters that the Pipeline steps which change tags have in common. */
@Restricted(NoExternalUse.class)
public abstract class AbstractTagStep extends Step implements TagParameters {

    private String machine;
    private List<String> machines;
    private String credentialsId;
    private boolean pickNewest;
    private int waitForMachine;
    private String onError = OnError.FAIL.name();
    private boolean dryRun;

    AbstractTagStep() {}

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

    @DataBoundSetter
    public void setMachines(@CheckForNull List<String> machines) {
        this.machines = machines == null ? null : new ArrayList<>(machines);
    }

    /** For a text area. */
    public String getMachineLines() {
        return machines == null ? "" : String.join("\n", machines);
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
