package io.jenkins.plugins.defendertags.leases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.time.Instant;
import java.util.List;

/**
 * A file of a {@link LeaseStore}. A file of another format is not read, because nobody knows what it means.
 *
 * @param kind of the holder: {@code block}, {@code agent} or {@code time}
 * @param holder ID of a block or time, name of an agent
 * @param until when a time ends
 */
record StoredLeases(
        int format,
        String kind,
        String holder,
        @CheckForNull String build,
        @CheckForNull String node,
        @CheckForNull String until,
        List<JsonNode> leases) {

    private static final int FORMAT = 1;

    static StoredLeases of(LeaseHolder holder, List<Lease> leases, JsonMapper json) {
        List<JsonNode> stored = leases.stream()
                .map(lease -> (JsonNode) json.valueToTree(StoredLease.of(lease)))
                .toList();
        if (holder instanceof LeaseHolder.Agent agent) {
            return new StoredLeases(FORMAT, "agent", agent.name(), null, null, null, stored);
        }
        String until = holder instanceof LeaseHolder.Time time ? time.until().toString() : null;
        return new StoredLeases(
                FORMAT, until == null ? "block" : "time", holder.id(), holder.build(), holder.node(), until, stored);
    }

    /** @throws IllegalArgumentException if this version of the plugin has not written it */
    static LeaseHolder holder(@CheckForNull StoredLeases stored) {
        if (stored == null || stored.format != FORMAT) {
            throw new IllegalArgumentException("This version of the plugin knows the format " + FORMAT + " only.");
        }
        if (stored.kind == null || stored.holder == null || stored.leases == null) {
            throw new IllegalArgumentException("It is not complete.");
        }
        if (stored.kind.equals("agent")) {
            return new LeaseHolder.Agent(stored.holder);
        }
        if (stored.build == null) {
            throw new IllegalArgumentException("It names no build.");
        }
        return switch (stored.kind) {
            case "block" -> new LeaseHolder.Block(stored.holder, stored.build, stored.node);
            case "time" -> new LeaseHolder.Time(stored.holder, stored.build, stored.node, Instant.parse(stored.until));
            default -> throw new IllegalArgumentException("Its holder is of an unknown kind.");
        };
    }
}
