package io.jenkins.plugins.defendertags.simulator;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Defender's machines on a loopback port, and {@link SimulatedEntra}, with state: what is added is there, and a token is only
 * good after a sign-in. One tenant, one app registration. Thread-safe.
 */
public final class DefenderSimulator implements AutoCloseable {

    public static final String TENANT = "5f2e1d0c-6a7b-4c8d-9e0f-112233445566";
    /** A domain name of the tenant. */
    public static final String DOMAIN = "contoso.onmicrosoft.com";

    public static final String CLIENT = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
    public static final String SECRET = "sim~Secret.Value-that-must-not-be-seen_42";

    static {
        // Otherwise head and body of an answer are sent apart and the second waits 40 ms for an acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "defender-simulator");
        thread.setDaemon(true);
        return thread;
    });
    private final MachineDirectory machines = new MachineDirectory();
    private final TagCalls tagCalls = new TagCalls(machines);
    private final List<Throttle> throttles = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final SimulatedEntra entra = new SimulatedEntra(this::url);
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> anyFaults = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> tokenFaults = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> apiFaults = new ConcurrentLinkedQueue<>();
    private volatile Duration latency = Duration.ZERO;
    private volatile Fault lastingTokenFault;
    private volatile Fault lastingApiFault;

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
        Arrays.stream(tags).forEach(machine::has);
        machines.add(machine);
        return machine;
    }

    /** The machines, and how lists of them are answered. */
    public MachineDirectory machines() {
        return machines;
    }

    /** How the calls that change tags are answered. */
    public TagCalls answers() {
        return tagCalls;
    }

    /** Keeps to these limits from now on. */
    public void limit(Throttle... limits) {
        throttles.clear();
        throttles.addAll(Arrays.asList(limits));
    }

    /** How long it takes for each answer of the API. */
    public void setLatency(Duration latency) {
        this.latency = latency;
    }

    /** Calls over a limit so far, each answered by 429. */
    public int refusals() {
        return refusals.get();
    }

    public List<String> tagsOf(String id) {
        return machines.get(id).tags();
    }

    /** Every request so far, as method, path and, as it was sent, query. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Requests that change tags, of one machine or many. */
    public long tagCalls() {
        return requests.stream()
                .filter(request -> request.startsWith("POST ") && TagCalls.isTagCall(request.substring(5)))
                .count();
    }

    public long bulkCalls() {
        return requests.stream()
                .filter(request -> request.endsWith(TagCalls.BULK))
                .count();
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

    /** For every token request that no other fault was meant for, until told otherwise; null for none. */
    public void failTokenRequests(Fault fault) {
        lastingTokenFault = fault;
    }

    /** For requests of any kind to Defender: a read that comes before a change takes the first. */
    public void failNextApiCalls(Fault... faults) {
        apiFaults.addAll(Arrays.asList(faults));
    }

    /** For every request to Defender that no other fault was meant for, until told otherwise; null for none. */
    public void failApiCalls(Fault fault) {
        lastingApiFault = fault;
    }

    /** For requests of any kind, to Defender or for a token. */
    public void failNextRequests(Fault... faults) {
        anyFaults.addAll(Arrays.asList(faults));
    }

    /** Ends all faults, limits and latency: every request is answered at once from now on. */
    public void recover() {
        anyFaults.clear();
        tokenFaults.clear();
        apiFaults.clear();
        lastingTokenFault = null;
        lastingApiFault = null;
        throttles.clear();
        latency = Duration.ZERO;
    }

    private Fault nextFault(boolean tokenRequest) {
        Fault any = anyFaults.poll();
        if (any != null) {
            return any;
        }
        Fault next = (tokenRequest ? tokenFaults : apiFaults).poll();
        return next != null ? next : tokenRequest ? lastingTokenFault : lastingApiFault;
    }

    private void handle(HttpExchange exchange) throws IOException {
        // Closing an exchange whose answer is not complete ends its connection: that is how faults cut an answer short.
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String query = exchange.getRequestURI().getRawQuery();
            requests.add(exchange.getRequestMethod() + " " + path + (query == null ? "" : "?" + query));
            boolean tokenRequest = path.endsWith("/token");
            Fault fault = nextFault(tokenRequest);
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (fault != null) {
                if (fault.takesRequest() && TagCalls.isTagCall(path)) {
                    tagCalls.change(path, body, context());
                }
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

    private String context() {
        return url() + "/api/$metadata#Machines";
    }

    private void callApi(HttpExchange exchange, String path, String body) throws IOException, InterruptedException {
        Thread.sleep(latency.toMillis());
        for (Throttle throttle : throttles) {
            if (!throttle.admits(exchange)) {
                refusals.incrementAndGet();
                return;
            }
        }
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        boolean read = exchange.getRequestMethod().equals("GET");
        boolean tagCall = TagCalls.isTagCall(path);
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
        } else if (machines.faultOf(path) != null) {
            machines.faultOf(path).apply(exchange);
        } else if (read && !tagCall) {
            machines.answer(exchange, path, url());
        } else if (!tagCall) {
            defenderError(exchange, 404, "NotFound", "No such resource.");
        } else if (!exchange.getRequestMethod().equals("POST")) {
            defenderError(exchange, 405, "MethodNotAllowed", "The resource does not support this method.");
        } else if (tagCalls.fault(path) != null) {
            Fault fault = tagCalls.fault(path);
            if (fault.takesRequest()) {
                tagCalls.change(path, body, context());
            }
            fault.apply(exchange);
        } else {
            tagCalls.change(path, body, context()).send(exchange);
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
