package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Util;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.client.Tag;
import io.jenkins.plugins.defendertags.client.TagAction;
import java.io.Serializable;

/**
 * What a step or builder asks for: checked, but neither credential nor machine looked up yet. Immutable. A class of
 * strings, not a record of the client's types, because it is stored with a running Pipeline.
 */
final class TagRequest implements Serializable {

    private static final long serialVersionUID = 1;

    private final TagAction action;
    private final String value;
    private final String machine;
    private final String credentialsId;

    private TagRequest(TagAction action, String value, String machine, String credentialsId) {
        this.action = action;
        this.value = value;
        this.machine = machine;
        this.credentialsId = credentialsId;
    }

    /** @throws AbortException if one of them is not usable, with a message that says why */
    @NonNull
    static TagRequest of(
            @CheckForNull String action,
            @CheckForNull String value,
            @CheckForNull String machine,
            @CheckForNull String credentialsId)
            throws AbortException {
        try {
            String named = Util.fixEmptyAndTrim(machine);
            return new TagRequest(
                    TagAction.parse(action),
                    new Tag(value).value(),
                    named == null ? null : new MachineId(named).value(),
                    Util.fixEmptyAndTrim(credentialsId));
        } catch (IllegalArgumentException x) {
            throw new AbortException(x.getMessage());
        }
    }

    @NonNull
    TagAction action() {
        return action;
    }

    @NonNull
    Tag tag() {
        return new Tag(value);
    }

    /** The machine that was named, or null for the agent's own. */
    @CheckForNull
    MachineId machine() {
        return machine == null ? null : new MachineId(machine);
    }

    /** The credential that was named, or null for the default one. */
    @CheckForNull
    String credentialsId() {
        return credentialsId;
    }
}
