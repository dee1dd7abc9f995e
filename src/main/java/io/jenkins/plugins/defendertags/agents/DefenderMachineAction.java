package io.jenkins.plugins.defendertags.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Action;
import hudson.model.Computer;
import hudson.model.Node;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.machine.AgentMachine;
import io.jenkins.plugins.defendertags.support.MachineView;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import jenkins.model.TransientActionFactory;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.verb.POST;

/**
 * An agent's page "Microsoft Defender". Opening it asks nobody: it shows what is known. A button asks the agent and Defender,
 * for those who may see the agent's configuration; they alone see what Defender answered, because that is security data.
 */
public final class DefenderMachineAction implements Action {

    /** So that the page has its answer most of the time; otherwise it reloads itself until the answer is there. */
    private static final Duration WAIT = Duration.ofSeconds(5);

    private final Computer computer;

    DefenderMachineAction(Computer computer) {
        this.computer = computer;
    }

    public Computer getComputer() {
        return computer;
    }

    @Override
    public String getIconFileName() {
        return "symbol-tag";
    }

    @Override
    public String getDisplayName() {
        return Messages.DefenderMachineAction_DisplayName();
    }

    @Override
    public String getUrlName() {
        return "defender";
    }

    /** Whether this user may see the agent's configuration, and with it what Defender knows of the machine. */
    public boolean isMayLook() {
        return computer.hasPermission(Computer.EXTENDED_READ);
    }

    /** Asks the agent and Defender: the button's act. */
    @POST
    public HttpResponse doLook() throws InterruptedException {
        computer.checkPermission(Computer.EXTENDED_READ);
        AgentLookup.start(computer, credentialsId()).await(WAIT);
        return HttpResponses.redirectToDot();
    }

    /** The agent's own credential, if its tags have one; null for the default one. */
    @CheckForNull
    private String credentialsId() {
        return WantedTags.of(computer.getNode()).credentials().stream()
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** The machine's ID, or the name that is set in the agent's configuration; null if nobody has found out. */
    @CheckForNull
    public String getMachine() {
        String set = setByAdministrator();
        if (set != null) {
            return SingleLine.of(set, MachineName.MAX_LENGTH);
        }
        AgentLookup lookup = AgentLookup.latest(computer);
        AgentMachine own = lookup == null ? null : lookup.own();
        return own != null
                ? own.machine().value()
                : AgentTags.get().of(computer).stream()
                        .map(AgentTagOperation::machine)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .map(MachineId::value)
                        .orElse(null);
    }

    public boolean isSetByAdministrator() {
        return setByAdministrator() != null;
    }

    @CheckForNull
    private String setByAdministrator() {
        Node node = computer.getNode();
        return node == null ? null : Util.fixEmptyAndTrim(WantedTags.of(node).machine());
    }

    /** What was found out when somebody looked; null if nobody did, or for users who may not see it. */
    @CheckForNull
    private AgentLookup lookup() {
        return isMayLook() ? AgentLookup.latest(computer) : null;
    }

    public boolean isLooking() {
        AgentLookup lookup = lookup();
        return lookup != null && !lookup.isDone();
    }

    /** What Defender answered; null if it did not. */
    @CheckForNull
    public MachineView getMachineView() {
        AgentLookup lookup = lookup();
        return lookup == null ? null : lookup.machine();
    }

    /** How long ago somebody looked, for people; null if nobody did. */
    @CheckForNull
    public String getAge() {
        AgentLookup lookup = lookup();
        return lookup == null
                ? null
                : Util.getTimeSpanString(
                        Duration.between(lookup.time(), Instant.now()).toMillis());
    }

    /** Why something was not found out, or null. */
    @CheckForNull
    public Problem getProblem() {
        AgentLookup lookup = lookup();
        return lookup == null ? null : lookup.problem();
    }

    /** The tags that this agent is to have, for those who may see its configuration; empty if it is to have none. */
    public List<AgentTag> getAgentTags() {
        Node node = computer.getNode();
        return node != null && isMayLook()
                ? WantedTags.of(node).tags().stream()
                        .map(tag -> AgentTag.of(node, tag.value()))
                        .toList()
                : List.of();
    }

    /**
     * A tag that the agent is to have.
     *
     * @param own whether the agent's own configuration has it
     * @param labels the label expressions of the rules that have it
     */
    public record AgentTag(String value, boolean own, List<String> labels) {

        static AgentTag of(Node node, String tag) {
            AgentTagsProperty property = node.getNodeProperty(AgentTagsProperty.class);
            return new AgentTag(
                    SingleLine.of(tag, MachineName.MAX_LENGTH),
                    property != null && property.getTags().contains(tag),
                    WantedTags.labelsFor(node, tag));
        }

        /** For a chip. */
        public List<String> getChip() {
            return List.of(value);
        }
    }

    /** Why it does not have all of them yet; empty if it has. */
    public List<Problem> getAgentTagsProblems() {
        return isMayLook()
                ? AgentTags.get().of(computer).stream()
                        .map(AgentTagOperation::problem)
                        .filter(Objects::nonNull)
                        .distinct()
                        .toList()
                : List.of();
    }

    /** Adds the page to every agent, the built-in node included. */
    @Extension
    public static final class Factory extends TransientActionFactory<Computer> {

        @Override
        public Class<Computer> type() {
            return Computer.class;
        }

        @Override
        public Collection<? extends Action> createFor(Computer computer) {
            return List.of(new DefenderMachineAction(computer));
        }
    }
}
