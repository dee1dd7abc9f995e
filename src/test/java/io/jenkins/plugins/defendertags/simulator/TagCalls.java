package io.jenkins.plugins.defendertags.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The two calls that change tags, for one machine and for up to 500. What Defender's documentation leaves open can be
 * answered either way. Thread-safe.
 */
public final class TagCalls {

    /** What the bulk call does about machines that do not exist. */
    public enum Unknown {
        LEFT_OUT,
        REFUSED
    }

    static final String BULK = "/api/machines/AddOrRemoveTagForMultipleMachines";
    private static final Pattern ONE = Pattern.compile("/api/machines/([^/]+)/tags");
    private static final int BULK_LIMIT = 500;
    private static final JsonMapper JSON = new JsonMapper();

    /** What is to be sent, once the change has been made. */
    record Answer(int status, JsonNode json) {

        void send(HttpExchange exchange) throws IOException {
            DefenderSimulator.sendJson(exchange, status, json);
        }
    }

    private final MachineDirectory machines;
    private volatile boolean bulkAnswerIsBareArray;
    private volatile Unknown unknownInBulk = Unknown.LEFT_OUT;
    private volatile Fault bulkFault;
    private volatile Fault fault;
    private volatile boolean needlessIsRefused;

    TagCalls(MachineDirectory machines) {
        this.machines = machines;
    }

    public void setBulkAnswerIsBareArray(boolean bulkAnswerIsBareArray) {
        this.bulkAnswerIsBareArray = bulkAnswerIsBareArray;
    }

    public void setUnknownInBulk(Unknown unknownInBulk) {
        this.unknownInBulk = unknownInBulk;
    }

    /** @param bulkFault what every bulk call meets with, or null */
    public void setBulkFault(Fault bulkFault) {
        this.bulkFault = bulkFault;
    }

    /** @param fault what every call that changes tags meets with, or null */
    public void setFault(Fault fault) {
        this.fault = fault;
    }

    /** Whether adding a tag that is there, or removing one that is not, is an error. */
    public void setNeedlessIsRefused(boolean needlessIsRefused) {
        this.needlessIsRefused = needlessIsRefused;
    }

    static boolean isTagCall(String path) {
        return path.equals(BULK) || ONE.matcher(path).matches();
    }

    /** What this call meets with instead of a proper answer, or null. */
    Fault fault(String path) {
        Fault ofBulk = path.equals(BULK) ? bulkFault : null;
        return ofBulk == null ? fault : ofBulk;
    }

    Answer change(String path, String body, String context) {
        JsonNode json = readOrMissing(body);
        String action = json.path("Action").asText();
        String value = json.path("Value").asText();
        if (!List.of("Add", "Remove").contains(action) || value.isBlank()) {
            return error(400, "InvalidRequestBody", "Request body is incorrect");
        }
        Matcher one = ONE.matcher(path);
        return one.matches()
                ? changeOne(one.group(1), action, value, context)
                : changeMany(json.path("MachineIds"), action, value, context);
    }

    private Answer changeOne(String id, String action, String value, String context) {
        SimulatedMachine machine = machines.get(id);
        if (machine == null || action.equals("Remove") && machine.missesRemoval()) {
            return error(404, "ResourceNotFound", "Machine " + id + " was not found");
        }
        if (needlessIsRefused && machine.tags().contains(value) == action.equals("Add")) {
            return error(400, "BadRequest", "The machine already is as requested");
        }
        machine.change(action, value);
        ObjectNode answer = machine.toJson();
        answer.put("@odata.context", context + "/$entity");
        return new Answer(200, answer);
    }

    private Answer changeMany(JsonNode ids, String action, String value, String context) {
        if (!ids.isArray() || ids.isEmpty()) {
            return error(400, "InvalidRequestBody", "Request body is incorrect");
        }
        if (ids.size() > BULK_LIMIT) {
            return error(400, "MaximumBatchSizeExceeded", "At most " + BULK_LIMIT + " machines are allowed");
        }
        List<SimulatedMachine> found = new ArrayList<>();
        for (JsonNode id : ids) {
            SimulatedMachine machine = machines.get(id.asText());
            if (machine != null) {
                found.add(machine);
            } else if (unknownInBulk == Unknown.REFUSED) {
                return error(404, "ResourceNotFound", "Machine " + id.asText() + " was not found");
            }
        }
        ArrayNode changed = JSON.createArrayNode();
        for (SimulatedMachine machine : found) {
            machine.change(action, value);
            changed.add(machine.toJson());
        }
        if (bulkAnswerIsBareArray) {
            return new Answer(200, changed);
        }
        ObjectNode answer = JSON.createObjectNode().put("@odata.context", context);
        answer.set("value", changed);
        return new Answer(200, answer);
    }

    private static Answer error(int status, String code, String message) {
        ObjectNode json = JSON.createObjectNode();
        json.putObject("error")
                .put("code", code)
                .put("message", message)
                .put("target", UUID.randomUUID().toString());
        return new Answer(status, json);
    }

    private static JsonNode readOrMissing(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException x) {
            return JSON.missingNode();
        }
    }
}
