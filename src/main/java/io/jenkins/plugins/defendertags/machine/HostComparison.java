package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.IpAddress;
import io.jenkins.plugins.defendertags.client.model.Machine;
import java.util.stream.Stream;

/**
 * Compares an agent with the machine that it says it is. It finds clones, stale images and agents whose sensor's program
 * was replaced. It cannot find an agent that lies about its name and addresses as well: only the agent's property, set in
 * Jenkins, is proof against that.
 */
public final class HostComparison {

    private HostComparison() {}

    /**
     * They match if they have the same name, in full or up to the first dot, or an address in common.
     *
     * @param machine Defender's record of the ID that the agent claims
     * @return null if they match; otherwise one line that says what differs and what to do
     */
    @CheckForNull
    public static String problem(String agent, Machine machine, AgentHost host) {
        if (sameName(machine.computerDnsName(), host.name()) || shareAnAddress(machine, host)) {
            return null;
        }
        String name = host.name() == null ? "without a usable name" : "called " + host.name();
        return "The agent " + agent + " says it is the Defender machine " + machine + ", but its host is " + name
                + " and has none of that machine's addresses. Check the agent's Defender sensor, or set the agent's"
                + " Defender machine in its configuration.";
    }

    private static boolean sameName(@CheckForNull String known, @CheckForNull String told) {
        return known != null
                && told != null
                && AgentHost.firstLabel(known).equalsIgnoreCase(AgentHost.firstLabel(told));
    }

    private static boolean shareAnAddress(Machine machine, AgentHost host) {
        return Stream.concat(Stream.of(machine.lastIpAddress()), machine.ipAddresses().stream())
                .map(IpAddress::canonicalize)
                .anyMatch(host.addresses()::contains);
    }
}
