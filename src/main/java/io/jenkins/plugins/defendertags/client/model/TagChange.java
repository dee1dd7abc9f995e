package io.jenkins.plugins.defendertags.client.model;

import java.util.Collection;

/** One tag to add to, or remove from, one machine. */
public record TagChange(TagAction action, Tag tag, MachineId machine) {

    /**
     * Returns whether a machine with these tags is as wanted. Whether tags differ by case is not documented: an Add may find
     * its tag in another spelling, but a Remove is only done when its own is gone.
     */
    public boolean isMetBy(Collection<String> tags) {
        return isMetBy(action, tag.value(), tags);
    }

    /** As {@link #isMetBy(Collection)}, for any machine. */
    public static boolean isMetBy(TagAction action, String tag, Collection<String> tags) {
        if (action == TagAction.REMOVE) {
            return !tags.contains(tag);
        }
        for (String present : tags) {
            if (tag.equalsIgnoreCase(present)) {
                return true;
            }
        }
        return false;
    }
}
