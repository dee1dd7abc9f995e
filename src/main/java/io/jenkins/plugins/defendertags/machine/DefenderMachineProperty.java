package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.slaves.NodeProperty;
import hudson.slaves.NodePropertyDescriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.config.FieldValidation;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/**
 * Says which of Defender's machines an agent is. Whoever may configure the agent vouches for it, so it outranks what the
 * agent says and needs no verification.
 */
public final class DefenderMachineProperty extends NodeProperty<Node> {

    private final String machine;

    /** @throws IllegalArgumentException if this can name no machine, with a message that says why */
    @DataBoundConstructor
    public DefenderMachineProperty(@CheckForNull String machine) {
        if (machine != null && machine.contains("$")) {
            throw new IllegalArgumentException(
                    "The machine \"" + SingleLine.of(machine, 80)
                            + "\" contains a $. Variables are not replaced in an agent's configuration: write the name itself.");
        }
        String name = new MachineName(machine).value();
        this.machine = MachineId.isMachineId(name) ? new MachineId(name).value() : name;
    }

    /** A machine ID, or a name to find the machine by. */
    public String getMachine() {
        return machine;
    }

    /** The machine that is set for an agent, or null if none is. */
    @CheckForNull
    static String of(Computer computer) {
        Node node = computer.getNode();
        DefenderMachineProperty property = node == null ? null : node.getNodeProperty(DefenderMachineProperty.class);
        return property == null ? null : Util.fixEmptyAndTrim(property.machine);
    }

    @Extension
    @Symbol("defenderMachine")
    public static final class DescriptorImpl extends NodePropertyDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.DefenderMachineProperty_DisplayName();
        }

        /** No two agents are the same machine. */
        @Override
        public boolean isApplicableAsGlobal() {
            return false;
        }

        /** Shows what is wrong with the field, instead of an error page about a constructor. */
        @Override
        public DefenderMachineProperty newInstance(StaplerRequest2 req, JSONObject form) throws FormException {
            try {
                return new DefenderMachineProperty(form.optString("machine"));
            } catch (IllegalArgumentException x) {
                throw new FormException(x.getMessage(), x, "machine");
            }
        }

        /** @param computer the agent whose form it is; null in the form of a new agent or a template */
        @POST
        public FormValidation doCheckMachine(@AncestorInPath Computer computer, @QueryParameter String machine) {
            if (computer == null) {
                Jenkins.get().checkPermission(Computer.CREATE);
            } else {
                computer.checkPermission(Computer.CONFIGURE);
            }
            try {
                new DefenderMachineProperty(machine); // refuses variables, unlike the fields of jobs
                return FieldValidation.machine(machine);
            } catch (IllegalArgumentException x) {
                return FormValidation.error(x.getMessage());
            }
        }
    }
}
