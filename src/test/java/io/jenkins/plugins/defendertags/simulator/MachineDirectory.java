package io.jenkins.plugins.defendertags.simulator;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The simulator's machines, in the order in which they were added, and the ways to read them: by ID, as a filtered
 * list, by tag, and by IP address. What Defender's documentation leaves open can be answered either way. Thread-safe.
 */
public final class MachineDirectory {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_TOP = 10_000;
    private static final Duration KEPT = Duration.ofDays(30);
    private static final Set<String> OPTIONS = Set.of("$filter", "$top", "$skip");
    private static final Pattern BY_ID = Pattern.compile("/api/machines/([^/()]+)");
    private static final Pattern ONE = Pattern.compile("/api/machines/([^/()]+)(?:/tags)?");
    private static final Pattern BY_IP =
            Pattern.compile("/api/machines/findbyip\\(ip='([0-9a-fA-F:.]+)',timestamp=([^)]*)\\)");

    private final Map<String, SimulatedMachine> machines = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Set<String> hidden = ConcurrentHashMap.newKeySet();
    private volatile Predicate<String> filterFault;
    private volatile boolean emptyListIs404;
    private volatile boolean caseSensitive;
    private volatile boolean nextLinks = true;
    private volatile int pageSize = MAX_TOP;
    private volatile int largestPage = MAX_TOP;
    private volatile Fault largePageFault;

    MachineDirectory() {}

    void add(SimulatedMachine machine) {
        machines.put(machine.id(), machine);
    }

    /** Null if there is none of this ID. */
    public SimulatedMachine get(String id) {
        return machines.get(id);
    }

    /** What a call about one machine meets with, or null. */
    Fault faultOf(String path) {
        Matcher one = ONE.matcher(path);
        SimulatedMachine machine = one.matches() ? machines.get(one.group(1)) : null;
        return machine == null ? null : machine.fault();
    }

    /** @param refused tells which filters are answered by 400, or null for none */
    public void refuseFilters(Predicate<String> refused) {
        filterFault = refused;
    }

    /** @param fault what pages of the list of all machines are answered by that ask for more than so many */
    public void refuseLargePages(int largestPage, Fault fault) {
        largePageFault = fault;
        this.largestPage = largestPage;
    }

    /** A machine that no list contains, though it can be read by its ID. */
    public void hideInLists(String id) {
        hidden.add(id);
    }

    /** Removes all machines. */
    public void clear() {
        machines.clear();
    }

    /** Whether a list without a machine is answered by 404. */
    public void setEmptyListIs404(boolean emptyListIs404) {
        this.emptyListIs404 = emptyListIs404;
    }

    /** Whether filters compare with regard to case. */
    public void setCaseSensitive(boolean caseSensitive) {
        this.caseSensitive = caseSensitive;
    }

    /** Whether a page names the next one, or leaves it to the client to skip what it has. */
    public void setNextLinks(boolean nextLinks) {
        this.nextLinks = nextLinks;
    }

    /** How many machines a page holds at most, whatever the client asks for. */
    public void setPageSize(int pageSize) {
        this.pageSize = pageSize;
    }

    void answer(HttpExchange exchange, String path, String url) throws IOException, InterruptedException {
        Matcher byId = BY_ID.matcher(path);
        Matcher byIp = BY_IP.matcher(path);
        if (path.equals("/api/machines")) {
            list(exchange, url);
        } else if (path.equals("/api/machines/findbytag")) {
            findByTag(exchange);
        } else if (byIp.matches()) {
            findByIp(exchange, byIp.group(1), byIp.group(2));
        } else if (byId.matches() && machines.containsKey(byId.group(1))) {
            DefenderSimulator.sendJson(
                    exchange, 200, machines.get(byId.group(1)).toJsonAsRead());
        } else if (byId.matches()) {
            DefenderSimulator.defenderError(
                    exchange, 404, "ResourceNotFound", "Machine " + byId.group(1) + " was not found");
        } else {
            DefenderSimulator.defenderError(exchange, 404, "NotFound", "No such resource.");
        }
    }

    private void list(HttpExchange exchange, String url) throws IOException, InterruptedException {
        Map<String, String> options = options(exchange.getRequestURI().getRawQuery());
        String filter = options.get("$filter");
        Predicate<SimulatedMachine> wanted =
                filter == null ? machine -> true : MachineFilter.parse(filter, caseSensitive);
        int top = number(options.getOrDefault("$top", "" + MAX_TOP));
        int skip = number(options.getOrDefault("$skip", "0"));
        if (filter != null && filterFault != null && filterFault.test(filter)) {
            DefenderSimulator.defenderError(exchange, 400, "BadRequest", "The filter is not supported.");
            return;
        }
        if (wanted == null || top < 1 || top > MAX_TOP || skip < 0 || !OPTIONS.containsAll(options.keySet())) {
            DefenderSimulator.defenderError(
                    exchange, 400, "BadRequest", "The query specified in the URI is not valid.");
            return;
        }
        if (filter == null && top > largestPage) {
            largePageFault.apply(exchange);
            return;
        }
        List<SimulatedMachine> rest =
                snapshot().stream().filter(wanted).skip(skip).toList();
        int size = Math.min(Math.min(top, pageSize), rest.size());
        String next = null;
        if (nextLinks && size < rest.size()) {
            String query = exchange.getRequestURI().getRawQuery();
            next = url + "/api/machines?" + (query == null ? "" : query.replaceAll("&?\\$skip=\\d+", "") + "&")
                    + "$skip=" + (skip + size);
        }
        send(exchange, rest.subList(0, size), next);
    }

    private void findByTag(HttpExchange exchange) throws IOException {
        Map<String, String> options = options(exchange.getRequestURI().getRawQuery());
        String tag = options.get("tag");
        if (tag == null || !"false".equals(options.get("useStartsWithFilter"))) {
            DefenderSimulator.defenderError(
                    exchange, 400, "BadRequest", "The query specified in the URI is not valid.");
            return;
        }
        send(
                exchange,
                snapshot().stream()
                        .filter(machine -> machine.tagsThatReadsShow().contains(tag))
                        .toList(),
                null);
    }

    private void findByIp(HttpExchange exchange, String ip, String timestamp) throws IOException {
        try {
            Duration age = Duration.between(Instant.parse(timestamp), Instant.now());
            if (age.compareTo(KEPT) > 0 || age.isNegative()) {
                throw new DateTimeException("too long ago, or not in the past");
            }
        } catch (DateTimeException x) {
            DefenderSimulator.defenderError(exchange, 400, "BadRequest", "The timestamp is not valid.");
            return;
        }
        InetAddress wanted = address(ip);
        send(
                exchange,
                snapshot().stream()
                        .filter(machine -> machine.ipAddresses().stream()
                                .anyMatch(address -> wanted != null && wanted.equals(address(address))))
                        .toList(),
                null);
    }

    private void send(HttpExchange exchange, List<SimulatedMachine> found, String next) throws IOException {
        if (found.isEmpty() && emptyListIs404) {
            DefenderSimulator.defenderError(exchange, 404, "ResourceNotFound", "No machines were found");
            return;
        }
        ObjectNode answer = JSON.createObjectNode().put("@odata.context", "https://other.example.com/api/$metadata");
        ArrayNode value = answer.putArray("value");
        found.forEach(machine -> value.add(machine.toJsonAsRead()));
        if (next != null) {
            answer.put("@odata.nextLink", next);
        }
        DefenderSimulator.sendJson(exchange, 200, answer);
    }

    private List<SimulatedMachine> snapshot() {
        synchronized (machines) {
            return machines.values().stream()
                    .filter(machine -> !hidden.contains(machine.id()))
                    .toList();
        }
    }

    private static Map<String, String> options(String query) {
        Map<String, String> options = new LinkedHashMap<>();
        Arrays.stream(query == null ? new String[0] : query.split("&"))
                .map(option -> option.split("=", 2))
                .forEach(option -> options.put(
                        URLDecoder.decode(option[0], StandardCharsets.UTF_8),
                        option.length < 2 ? "" : URLDecoder.decode(option[1], StandardCharsets.UTF_8)));
        return options;
    }

    /** The number, or -1. */
    private static int number(String text) {
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    }

    private static InetAddress address(String literal) {
        try {
            return literal.matches("[0-9a-fA-F:.]+") ? InetAddress.getByName(literal) : null;
        } catch (UnknownHostException x) {
            return null;
        }
    }
}
