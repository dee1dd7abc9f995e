package io.jenkins.plugins.defendertags.simulator;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** One of the simulator's machines. Thread-safe. */
public final class SimulatedMachine {

    private static final JsonMapper JSON = new JsonMapper();

    private final String id;
    private final String name;
    private final Set<String> tags = new LinkedHashSet<>();
    private final Set<String> fixed = new LinkedHashSet<>();
    private final List<String> changes = new ArrayList<>();
    private String lastSeen = "2026-11-20T08:10:59.1234567Z";
    private String healthStatus = "Active";
    private String riskScore = "Low";
    private String onboardingStatus = "Onboarded";
    private String mergedInto;
    private boolean excluded;
    private String lastIpAddress = "172.17.230.209";
    private List<String> ipAddresses = List.of(lastIpAddress);
    private volatile Fault fault;
    private int missedRemovals;
    private Duration readLag = Duration.ZERO;
    /** The oldest first; only kept if reads lag. */
    private final Deque<FormerTags> formerTags = new ArrayDeque<>();

    private record FormerTags(List<String> tags, long until) {}

    SimulatedMachine(String id, String name) {
        this.id = id;
        this.name = name;
    }

    /** @param lastSeen an instant, or null for a machine that was never seen */
    public synchronized SimulatedMachine lastSeen(String lastSeen) {
        this.lastSeen = lastSeen;
        return this;
    }

    public synchronized SimulatedMachine health(String status) {
        healthStatus = status;
        return this;
    }

    /** @param score as Defender spells it, or null if it says nothing */
    public synchronized SimulatedMachine risk(String score) {
        riskScore = score;
        return this;
    }

    public synchronized SimulatedMachine onboarding(String status) {
        onboardingStatus = status;
        return this;
    }

    /** @param id the machine that has taken this one's place */
    public synchronized SimulatedMachine mergedInto(String id) {
        mergedInto = id;
        return this;
    }

    public synchronized SimulatedMachine excluded() {
        excluded = true;
        return this;
    }

    /**
     * @param last the address that it last reported itself by, or null
     * @param others those of its other network interfaces
     */
    public synchronized SimulatedMachine ipAddresses(String last, String... others) {
        lastIpAddress = last;
        ipAddresses = Stream.concat(Stream.ofNullable(last), Stream.of(others)).toList();
        return this;
    }

    /** @param fault what each call about this machine alone meets with, or null */
    public void failWith(Fault fault) {
        this.fault = fault;
    }

    /** From now on reads show the tags as they were this long before. */
    public synchronized SimulatedMachine lagReads(Duration lag) {
        readLag = lag;
        formerTags.clear();
        return this;
    }

    /** So many Removes are answered by 404 from now on, as if it were unknown. */
    public synchronized void missRemovals(int count) {
        missedRemovals = count;
    }

    synchronized boolean missesRemoval() {
        return missedRemovals > 0 && missedRemovals-- > 0;
    }

    Fault fault() {
        return fault;
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    synchronized String lastIpAddress() {
        return lastIpAddress;
    }

    synchronized List<String> ipAddresses() {
        return ipAddresses;
    }

    /** All that was done to its tags, such as {@code Add build-agent}, in order. */
    public synchronized List<String> changes() {
        return new ArrayList<>(changes);
    }

    /** A tag that was set on the machine itself: a Remove is answered by 200, and the tag stays. */
    public synchronized SimulatedMachine fixed(String tag) {
        tags.add(tag);
        fixed.add(tag);
        return this;
    }

    /** A tag that was there from the start. */
    public synchronized void has(String tag) {
        tags.add(tag);
    }

    synchronized void change(String action, String tag) {
        changes.add(action + " " + tag);
        if (!readLag.isZero()) {
            formerTags.add(new FormerTags(tags(), System.nanoTime()));
        }
        if (action.equals("Add")) {
            tags.add(tag);
        } else {
            tags.removeIf(there -> there.equals(tag) && !fixed.contains(tag));
        }
    }

    synchronized List<String> tags() {
        return new ArrayList<>(tags);
    }

    synchronized List<String> tagsThatReadsShow() {
        long shown = System.nanoTime() - readLag.toNanos();
        while (!formerTags.isEmpty() && formerTags.peek().until - shown <= 0) {
            formerTags.remove();
        }
        return formerTags.isEmpty() ? tags() : formerTags.peek().tags;
    }

    /** As a read shows it, which can lag behind changes. */
    synchronized ObjectNode toJsonAsRead() {
        return toJson(tagsThatReadsShow());
    }

    /** As the answer to a change shows it. */
    synchronized ObjectNode toJson() {
        return toJson(tags());
    }

    /** With the properties, documented and undocumented, and the number formats that real answers have. */
    private ObjectNode toJson(List<String> shownTags) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", id)
                .put("computerDnsName", name)
                .put("firstSeen", "2026-03-02T14:55:03.7791856Z")
                .put("lastSeen", lastSeen)
                .put("osPlatform", "Linux")
                .put("osVersion", "12.0")
                .put("osBuild", 18209)
                .put("version", "12")
                .put("lastIpAddress", lastIpAddress)
                .put("lastExternalIpAddress", "167.220.196.71")
                .put("agentVersion", "30.124082.4.0")
                .put("healthStatus", healthStatus)
                .put("onboardingStatus", onboardingStatus)
                .put("rbacGroupId", 140)
                .put("rbacGroupName", "The-A-Team")
                .put("riskScore", riskScore)
                .put("exposureLevel", "Medium")
                .put("isExcluded", excluded);
        json.putNull("aadDeviceId");
        json.put("mergedIntoMachineId", mergedInto);
        shownTags.forEach(json.putArray("machineTags")::add);
        ArrayNode interfaces = json.putArray("ipAddresses");
        ipAddresses.forEach(address -> interfaces
                .addObject()
                .put("ipAddress", address)
                .put("type", "Ethernet")
                .put("operationalStatus", "Up"));
        return json;
    }
}
