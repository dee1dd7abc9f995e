package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import io.jenkins.plugins.defendertags.client.model.IpAddress;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * What an agent says of its host: a claim, checked for its form only. Immutable.
 *
 * @param name 1 to 255 characters that can be a host name, or null
 * @param addresses IP addresses in the canonical spelling, those that only the host itself can reach left out
 */
public record AgentHost(@CheckForNull String name, Set<String> addresses) {

    private static final String WHAT = "host name";
    private static final int MAX_ADDRESSES = 200;
    private static final Pattern LABELS = Pattern.compile(
            "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*+");

    public AgentHost {
        addresses = Collections.unmodifiableSet(new LinkedHashSet<>(addresses));
    }

    /**
     * Asks each time, and returns at once.
     *
     * @return an {@link AbortException} if there was no answer within a minute, with a message that says what to do
     */
    static CompletableFuture<AgentHost> of(Computer computer) {
        return AgentCall.ask(computer, WHAT, new HostProbe()).thenApply(AgentHost::parse);
    }

    /** Keeps what has the right form. */
    static AgentHost parse(@CheckForNull String answer) {
        String name = null;
        Set<String> addresses = new LinkedHashSet<>();
        String[] lines = (answer == null ? "" : answer).split("\n", MAX_ADDRESSES + 2);
        for (String line : lines) {
            String[] parts = line.strip().split(" ", 2);
            String value = parts.length == 2 ? parts[1].strip() : "";
            if (parts[0].equals("name") && isHostName(value)) {
                name = value;
            } else if (parts[0].equals("address") && ipAddress(value) != null) {
                addresses.add(ipAddress(value));
            }
        }
        return new AgentHost(name, addresses);
    }

    /** Neither every host's own {@code localhost} nor what would be read as an address or a machine ID. */
    private static boolean isHostName(String text) {
        return text.length() <= 255
                && LABELS.matcher(text).matches()
                && !firstLabel(text).equalsIgnoreCase("localhost")
                && ipAddress(text) == null
                && !MachineId.isMachineId(text);
    }

    static String firstLabel(String hostName) {
        return hostName.split("\\.", 2)[0];
    }

    /** The one spelling that all spellings of an address have in common, without zone; null if the text is none. */
    @CheckForNull
    private static String ipAddress(String text) {
        return IpAddress.canonicalize(text.split("%", 2)[0]);
    }
}
