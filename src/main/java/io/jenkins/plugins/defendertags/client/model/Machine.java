package io.jenkins.plugins.defendertags.client.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A machine as Defender returned it. Parsed leniently: unknown properties are kept, and any may be missing. Immutable.
 *
 * <p>Source of the property names: the "machine resource type" of Microsoft's documentation.
 */
public final class Machine {

    private static final JsonMapper JSON = new JsonMapper();

    private final ObjectNode properties;
    private final MachineId id;

    private Machine(ObjectNode properties, MachineId id) {
        this.properties = properties;
        this.id = id;
    }

    /**
     * @param json Defender's answer, which becomes part of the machine
     * @param asked the ID to use if the answer has none
     */
    public static Machine of(ObjectNode json, MachineId asked) {
        json.properties()
                .removeIf(property ->
                        property.getValue().isNull() || property.getKey().startsWith("@odata."));
        String returned = json.path("id").asText();
        MachineId id = MachineId.isMachineId(returned) ? new MachineId(returned) : asked;
        if (!id.value().equals(returned)) {
            json.put("id", id.value());
        }
        if (!json.path("machineTags").isArray()) {
            json.putArray("machineTags");
        }
        return new Machine(json, id);
    }

    public MachineId id() {
        return id;
    }

    /** The name that the sensor reported, or null if Defender has none. */
    @CheckForNull
    public String computerDnsName() {
        String name = properties.path("computerDnsName").asText("");
        return name.isBlank() ? null : name;
    }

    /** When Defender last received a full report, or null if that is missing or not a time. */
    @CheckForNull
    public Instant lastSeen() {
        try {
            return Instant.parse(text("lastSeen"));
        } catch (DateTimeException x) {
            return null;
        }
    }

    /** As Defender spells it, such as {@code Active}, or "" if missing. Compare it without regard to case. */
    public String healthStatus() {
        return text("healthStatus");
    }

    /** As Defender spells it, such as {@code High}, or "" if missing. */
    public String riskScore() {
        return text("riskScore");
    }

    /** As Defender spells it, such as {@code Onboarded}, or "" if missing. Compare it without regard to case. */
    public String onboardingStatus() {
        return text("onboardingStatus");
    }

    /** Returns whether another record of the same device replaces this one. Not documented, but returned. */
    public boolean isMerged() {
        return !text("mergedIntoMachineId").isEmpty();
    }

    /** Returns whether a user excluded the machine in Defender. Not documented, but returned. */
    public boolean isExcluded() {
        return properties.path("isExcluded").asBoolean();
    }

    /** The address that it last reported itself by, or "" if missing. */
    public String lastIpAddress() {
        return text("lastIpAddress");
    }

    /** The addresses of its network interfaces, as Defender spells them. */
    public List<String> ipAddresses() {
        List<String> addresses = new ArrayList<>();
        for (JsonNode networkInterface : properties.path("ipAddresses")) {
            JsonNode address = networkInterface.isTextual() ? networkInterface : networkInterface.path("ipAddress");
            addresses.add(address.asText(""));
        }
        return addresses;
    }

    private String text(String property) {
        return properties.path(property).asText("").strip();
    }

    /** The machine's tags after the change, in Defender's order; empty when the answer held none. */
    public List<String> tags() {
        List<String> tags = new ArrayList<>();
        for (JsonNode tag : properties.path("machineTags")) {
            tags.add(tag.asText());
        }
        return tags;
    }

    /** Returns whether this can be the machine after a change. */
    public boolean isAfter(TagChange change) {
        return change.isMetBy(tags());
    }

    /** Returns this machine with other tags. */
    public Machine withTags(List<String> tags) {
        ObjectNode changed = properties.deepCopy();
        changed.set("machineTags", JSON.valueToTree(tags));
        return new Machine(changed, id);
    }

    /**
     * Returns all properties with the API's own names, as a new map of strings, numbers, booleans, lists and maps, which a
     * script can read, change and keep. {@code id} and {@code machineTags} are always present.
     */
    public Map<String, Object> toMap() {
        return JSON.convertValue(
                properties, JSON.getTypeFactory().constructMapType(LinkedHashMap.class, String.class, Object.class));
    }

    /** Returns name and abbreviated ID, for a log line. */
    @Override
    public String toString() {
        String name = computerDnsName();
        return name == null ? id.value() : SingleLine.of(name, 255) + " (" + id.abbreviated() + ")";
    }
}
