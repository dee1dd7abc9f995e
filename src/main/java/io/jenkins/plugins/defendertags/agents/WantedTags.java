package io.jenkins.plugins.defendertags.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Node;
import io.jenkins.plugins.defendertags.config.AgentTagRule;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.machine.DefenderMachineProperty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The tags that an agent is to have, and what else decides about them. Two that are equal need no new operation. Immutable.
 *
 * @param tags each once
 * @param machine the agent's machine, if it is set in its configuration
 */
record WantedTags(List<WantedTag> tags, @CheckForNull String machine) {

    /**
     * One of them.
     *
     * @param credentialsId the credential to add it with, or null for the default one
     */
    record WantedTag(String value, @CheckForNull String credentialsId) {}

    /**
     * Of an agent's own configuration and the rules that fit its labels; empty for no agent. If several name a tag, the
     * agent's own credential is used, or that of the first rule.
     */
    static WantedTags of(@CheckForNull Node node) {
        if (node == null) {
            return new WantedTags(List.of(), null);
        }
        Map<String, WantedTag> tags = new LinkedHashMap<>();
        AgentTagsProperty property = node.getNodeProperty(AgentTagsProperty.class);
        if (property != null) {
            property.getTags().forEach(tag -> tags.put(tag, new WantedTag(tag, property.getCredentialsId())));
        }
        for (AgentTagRule rule : DefenderConfiguration.get().getAgentTags()) {
            if (rule.fits(node)) {
                rule.getTags().forEach(tag -> tags.putIfAbsent(tag, new WantedTag(tag, rule.getCredentialsId())));
            }
        }
        DefenderMachineProperty machine = node.getNodeProperty(DefenderMachineProperty.class);
        return new WantedTags(List.copyOf(tags.values()), machine == null ? null : machine.getMachine());
    }

    /** The label expressions of the rules that give an agent a tag. */
    static List<String> labelsFor(Node node, String tag) {
        return DefenderConfiguration.get().getAgentTags().stream()
                .filter(rule -> rule.getTags().contains(tag) && rule.fits(node))
                .map(AgentTagRule::getLabel)
                .toList();
    }

    boolean isEmpty() {
        return tags.isEmpty();
    }

    boolean contains(String tag) {
        return tags.stream().anyMatch(wanted -> wanted.value().equals(tag));
    }

    /** The credentials to use, null for the default one. */
    List<String> credentials() {
        List<String> ids = new ArrayList<>();
        tags.stream().map(WantedTag::credentialsId).distinct().forEach(ids::add);
        return ids;
    }

    /** The tags to add with a credential. */
    List<String> with(@CheckForNull String credentialsId) {
        return tags.stream()
                .filter(tag -> Objects.equals(tag.credentialsId(), credentialsId))
                .map(WantedTag::value)
                .toList();
    }
}
