package io.jenkins.plugins.defendertags.leases;

import hudson.ExtensionList;
import hudson.ExtensionPoint;

/** Decides whether an agent still needs the tags that it holds; the package of agents implements it. */
public interface AgentLeases extends ExtensionPoint {

    /** Whether the agent that holds a lease is still there, and still to have the tag. */
    boolean isWanted(Lease lease);

    /** Whether anybody wants it. */
    static boolean isWantedByAny(Lease lease) {
        return ExtensionList.lookup(AgentLeases.class).stream().anyMatch(agents -> agents.isWanted(lease));
    }
}
