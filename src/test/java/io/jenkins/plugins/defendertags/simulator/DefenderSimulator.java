package io.jenkins.plugins.defendertags.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Defender's machines on a loopback port, and {@link SimulatedEntra}, with state: what is added is there, and a token is only
 * good after a sign-in. One tenant, one app registration. Thread-safe.
 */
public final class DefenderSimulator implements AutoCloseable {

    public static final String TENANT = "5f2e1d0c-6a7b-4c8d-9e0f-112233445566";
    public static final String CLIENT = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
    public static final String SECRET = "sim~Secret.Value-that-must-not-be-seen_42";

    static {
        // Otherwise head and body of an answer are sent apart and the second waits 40 ms for an acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern TAGS = Pattern.compile("/api/machines/([^/]+)/tags");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "defender-simulator");
        thread.setDaemon(true);
        return thread;
    });
    private final MachineDirectory machines = new MachineDirectory();
    private final SimulatedEntra entra = new SimulatedEntra(this::url);
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Queue<Fault> tokenFaults = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> apiFaults = new ConcurrentLinkedQueue<>();

    /** @param port 0 for any free one */
    public DefenderSimulator(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public DefenderSimulator() {
        this(0);
    }

    /** The API's base URL. */
    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Where tokens come from. */
    public String authority() {
        return url() + "/login";
    }

    public String scope() {
        return url() + "/.default";
    }

    /** Where tokens come from, in every way that there is. */
    public SimulatedEntra entra() {
        return entra;
    }

    public SimulatedMachine addMachine(String id, String name, String... tags) {
        SimulatedMachine machine = new SimulatedMachine(id, name);
        Arrays.stream(tags).forEach(tag -> machine.change("Add", tag));
        machines.add(machine);
        return machine;
    }

    /** The machines, and how lists of them are answered. */
    public MachineDirectory machines() {
        return machines;
    }

    public List<String> tagsOf(String id) {
        return machines.get(id).tags();
    }

    /** Every request so far, as method, path and, as it was sent, query. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public long tagCalls() {
        return requests.stream().filter(request -> request.endsWith("/tags")).count();
    }

    /** Requests of any kind to Defender. */
    public long apiCalls() {
        return requests.stream().filter(request -> request.contains(" /api/")).count();
    }

    public long tokenCalls() {
        return requests.stream()
                .filter(request -> request.matches("[^?]*/token(\\?.*)?"))
                .count();
    }

    /** Every token given out so far, for tests that look for leaks. */
    public List<String> tokens() {
        return entra.tokens();
    }

    /** Tokens given out so far are refused with 401 from now on. */
    public void revokeTokens() {
        entra.revokeTokens();
    }

    /** The application permissions of the app registration, separated by commas; they show in new tokens only. */
    public void grantRoles(String roles) {
        entra.grantRoles(roles);
    }

    public void failNextTokenRequests(Fault... faults) {
        tokenFaults.addAll(Arrays.asList(faults));
    }

    public void failNextTagCalls(Fault... faults) {
        failNextApiCalls(faults);
    }

    /** For requests of any kind to Defender. */
    public void failNextApiCalls(Fault... faults) {
        apiFaults.addAll(Arrays.asList(faults));
    }

    private void handle(HttpExchange exchange) throws IOException {
        // Closing an exchange whose answer is not complete ends its connection: that is how faults cut an answer short.
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String query = exchange.getRequestURI().getRawQuery();
            requests.add(exchange.getRequestMethod() + " " + path + (query == null ? "" : "?" + query));
            boolean tokenRequest = path.endsWith("/token");
            Fault fault = (tokenRequest ? tokenFaults : apiFaults).poll();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (fault != null) {
                fault.apply(exchange);
            } else if (tokenRequest) {
                entra.answer(exchange, path, body);
            } else {
                callApi(exchange, path, body);
            }
        } catch (InterruptedException x) {
            Thread.currentThread().interrupt();
        }
    }

    private void callApi(HttpExchange exchange, String path, String body) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        boolean read = exchange.getRequestMethod().equals("GET");
        Matcher tags = TAGS.matcher(path);
        String roles = entra.rolesOf(authorization);
        if (roles == null) {
            defenderError(exchange, 401, "Unauthorized", "The token is expired or invalid.");
        } else if (!roles.contains("Machine.ReadWrite.All") && !(read && roles.contains("Machine.Read.All"))) {
            defenderError(
                    exchange,
                    403,
                    "Forbidden",
                    "Missing application roles. API required roles: " + (read ? "Machine.Read.All," : "")
                            + "Machine.ReadWrite.All, application roles: " + roles + ".");
        } else if (read && !tags.matches()) {
            machines.answer(exchange, path, url());
        } else if (!tags.matches()) {
            defenderError(exchange, 404, "NotFound", "No such resource.");
        } else if (!exchange.getRequestMethod().equals("POST")) {
            defenderError(exchange, 405, "MethodNotAllowed", "The resource does not support this method.");
        } else {
            changeTag(exchange, tags.group(1), body);
        }
    }

    private void changeTag(HttpExchange exchange, String id, String body) throws IOException {
        JsonNode json = readOrMissing(body);
        String action = json.path("Action").asText();
        String value = json.path("Value").asText();
        SimulatedMachine machine = machines.get(id);
        if (!List.of("Add", "Remove").contains(action) || value.isBlank()) {
            defenderError(exchange, 400, "InvalidRequestBody", "Request body is incorrect");
        } else if (machine == null) {
            defenderError(exchange, 404, "ResourceNotFound", "Machine " + id + " was not found");
        } else {
            machine.change(action, value);
            ObjectNode answer = machine.toJson();
            answer.put("@odata.context", url() + "/api/$metadata#Machines/$entity");
            sendJson(exchange, 200, answer);
        }
    }

    private static JsonNode readOrMissing(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException x) {
            return JSON.missingNode();
        }
    }

    static void defenderError(HttpExchange exchange, int status, String code, String message) throws IOException {
        Map<String, String> error = Map.of(
                "code", code, "message", message, "target", UUID.randomUUID().toString());
        sendJson(exchange, status, Map.of("error", error));
    }

    static void sendJson(HttpExchange exchange, int status, Object json) throws IOException {
        send(exchange, status, "application/json; odata.metadata=minimal", JSON.writeValueAsString(json));
    }

    static void send(HttpExchange exchange, int status, String contentType, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
