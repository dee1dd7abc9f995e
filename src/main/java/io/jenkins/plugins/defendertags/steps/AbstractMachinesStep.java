package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundSetter;

/** The parameters that all Pipeline steps have in common: machines and a credential. */
@Restricted(NoExternalUse.class)
public abstract class AbstractMachinesStep extends Step {

    private String machine;
    private List<String> machines;
    private String credentialsId;

    AbstractMachinesStep() {}

    @CheckForNull
    public String getMachine() {
        return machine;
    }

    @DataBoundSetter
    public void setMachine(@CheckForNull String machine) {
        this.machine = machine;
    }

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

    @CheckForNull
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(@CheckForNull String credentialsId) {
        this.credentialsId = Util.fixEmpty(credentialsId);
    }
}
