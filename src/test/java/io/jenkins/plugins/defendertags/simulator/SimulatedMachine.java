package io.jenkins.plugins.defendertags.simulator;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One of the simulator's machines. Thread-safe. */
public final class SimulatedMachine {

    private static final JsonMapper JSON = new JsonMapper();

    private final String id;
    private final String name;
    private final Set<String> tags = new LinkedHashSet<>();

    SimulatedMachine(String id, String name) {
        this.id = id;
        this.name = name;
    }

    synchronized void change(String action, String tag) {
        if (action.equals("Add")) {
            tags.add(tag);
        } else {
            tags.remove(tag);
        }
    }

    synchronized List<String> tags() {
        return new ArrayList<>(tags);
    }

    /** With the properties, documented and undocumented, and the number formats that real answers have. */
    ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode()
                .put("id", id)
                .put("computerDnsName", name)
                .put("firstSeen", "2026-03-02T14:55:03.7791856Z")
                .put("lastSeen", "2026-11-20T08:10:59.1234567Z")
                .put("osPlatform", "Linux")
                .put("osVersion", "12.0")
                .put("osBuild", 18209)
                .put("version", "12")
                .put("lastIpAddress", "172.17.230.209")
                .put("lastExternalIpAddress", "167.220.196.71")
                .put("agentVersion", "30.124082.4.0")
                .put("healthStatus", "Active")
                .put("onboardingStatus", "Onboarded")
                .put("rbacGroupId", 140)
                .put("rbacGroupName", "The-A-Team")
                .put("riskScore", "Low")
                .put("exposureLevel", "Medium")
                .put("isExcluded", false);
        json.putNull("aadDeviceId");
        json.putNull("mergedIntoMachineId");
        List<String> current = tags();
        current.forEach(json.putArray("machineTags")::add);
        json.putArray("ipAddresses")
                .addObject()
                .put("ipAddress", "172.17.230.209")
                .put("type", "Ethernet")
                .put("operationalStatus", "Up");
        return json;
    }
}
