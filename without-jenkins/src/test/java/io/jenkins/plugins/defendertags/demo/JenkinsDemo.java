package io.jenkins.plugins.defendertags.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.CookieManager;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Starts Jenkins with the plugin ({@code mvn hpi:run}) and an inbound agent whose {@code mdatp} is simulated, both as
 * processes that end with this one.
 */
final class JenkinsDemo {

    private static final Path FOLDER = Path.of("target/demo").toAbsolutePath();
    private static final Path LOG = FOLDER.resolve("jenkins.log");
    private static final Duration START_LIMIT = Duration.ofMinutes(8);
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(2);
    private static final Pattern AGENT_SECRET = Pattern.compile("<argument>([0-9a-f]{64})</argument>");

    private final DefenderSimulator simulator;
    private final String maven;
    private final int port;
    private final String url;
    private final HttpClient http = HttpClient.newBuilder()
            .cookieHandler(new CookieManager()) // Jenkins ties its crumbs to a session
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final List<Process> processes = new ArrayList<>();

    /** @param port 0 for any free one */
    JenkinsDemo(DefenderSimulator simulator, String maven, int port) throws IOException {
        this.simulator = simulator;
        this.maven = maven;
        this.port = port == 0 ? freePort() : port;
        url = "http://localhost:" + this.port + "/jenkins/";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    boolean run(boolean once) throws Exception {
        Thread end = new Thread(this::endProcesses);
        Runtime.getRuntime().addShutdownHook(end);
        try {
            prepareHome();
            startJenkins();
            startAgent();
            if (once) {
                boolean pipeline = build("tag-from-pipeline", "build-agent");
                return build("tag-from-freestyle", "freestyle-1") && pipeline;
            }
            System.out.println();
            System.out.println("Jenkins:            " + url);
            System.out.println("Pipeline job:       " + url + "job/tag-from-pipeline/");
            System.out.println("Freestyle job:      " + url + "job/tag-from-freestyle/");
            System.out.println("Simulated Defender: " + simulator.url());
            System.out.println("Ctrl+C ends all of it.");
            processes.get(0).waitFor();
            return true;
        } finally {
            endProcesses();
        }
    }

    private static void prepareHome() throws IOException {
        if (Files.exists(FOLDER)) {
            try (Stream<Path> files = Files.walk(FOLDER)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
        String script = Files.readString(Demo.FILES.resolve("pipeline.groovy"))
                .replace("&", "&amp;")
                .replace("<", "&lt;");
        writeJob("tag-from-pipeline", Files.readString(Demo.FILES.resolve("pipeline.xml")).replace("@SCRIPT@", script));
        writeJob("tag-from-freestyle", Files.readString(Demo.FILES.resolve("freestyle.xml")));
    }

    private static void writeJob(String name, String config) throws IOException {
        Path job = Files.createDirectories(FOLDER.resolve("home/jobs/" + name));
        Files.writeString(job.resolve("config.xml"), config);
    }

    private void startJenkins() throws Exception {
        System.out.println("Starting Jenkins on port " + port + " (log: " + LOG + ") …");
        ProcessBuilder builder = new ProcessBuilder(
                maven,
                "--batch-mode",
                "--no-transfer-progress",
                "hpi:run",
                "-Dhost=localhost",
                "-Dport=" + port,
                "-DjenkinsHome=" + FOLDER.resolve("home"));
        builder.environment()
                .putAll(Map.of(
                        "CASC_JENKINS_CONFIG", Demo.FILES.resolve("jenkins.yaml").toAbsolutePath().toString(),
                        "DEMO_JENKINS_URL", url,
                        "DEMO_AGENT_FOLDER", FOLDER.resolve("agent").toString(),
                        "DEMO_DEFENDER_URL", simulator.url(),
                        "DEMO_TENANT_ID", DefenderSimulator.TENANT,
                        "DEMO_CLIENT_ID", DefenderSimulator.CLIENT,
                        "DEMO_CLIENT_SECRET", DefenderSimulator.SECRET));
        Process jenkins = start(builder, LOG);
        await(START_LIMIT, "Jenkins did not start", () -> {
            if (!jenkins.isAlive()) {
                throw new IOException("Jenkins ended");
            }
            return get("login").statusCode() == 200;
        });
    }

    private void startAgent() throws Exception {
        System.out.println("Starting the agent build-07 …");
        Path agent = Files.createDirectories(FOLDER.resolve("agent"));
        Path jar = agent.resolve("agent.jar");
        http.send(request("jnlpJars/agent.jar").build(), HttpResponse.BodyHandlers.ofFile(jar));
        Matcher secret = AGENT_SECRET.matcher(get("computer/build-07/jenkins-agent.jnlp").body());
        if (!secret.find()) {
            throw new IOException("Jenkins does not tell how to connect the agent");
        }
        Path mdatp = SimulatedMdatp.install(agent.resolve("bin"), Demo.AGENT_ID);
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                jar.toString(),
                "-url",
                url,
                "-secret",
                secret.group(1),
                "-name",
                "build-07",
                "-webSocket",
                "-workDir",
                agent.toString());
        builder.environment().merge("PATH", mdatp.toString(), (old, first) -> first + File.pathSeparator + old);
        start(builder, FOLDER.resolve("agent.log"));
        await(BUILD_LIMIT, "The agent did not connect", () -> !json("computer/build-07/api/json")
                .path("offline")
                .asBoolean(true));
    }

    /** Builds a job, prints its log and metadata, and looks for the tag there and in the simulated Defender. */
    private boolean build(String job, String tag) throws Exception {
        HttpRequest.Builder request = request("job/" + job + "/build").POST(HttpRequest.BodyPublishers.noBody());
        HttpResponse<String> crumb = get("crumbIssuer/api/json");
        if (crumb.statusCode() == 200) {
            JsonNode json = new JsonMapper().readTree(crumb.body());
            request.header(json.path("crumbRequestField").asText(), json.path("crumb").asText());
        }
        int status = http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 201) {
            throw new IOException("Jenkins did not take the build of " + job + ": HTTP " + status);
        }
        String build = "job/" + job + "/1/";
        await(BUILD_LIMIT, "The build of " + job + " did not end", () -> get(build + "api/json").statusCode() == 200
                && !json(build + "api/json").path("building").asBoolean(true));
        System.out.println();
        System.out.println("=== " + url + build + "console");
        System.out.println(get(build + "consoleText").body().strip());
        JsonNode changes = json(build + "api/json?tree=actions[changes[*]]").findPath("changes");
        System.out.println("=== " + url + build + "api/json?tree=actions[changes[*]]");
        System.out.println(changes.toPrettyString());
        boolean recorded = false;
        for (JsonNode recordedTag : changes.path(0).path("machineTags")) {
            recorded |= recordedTag.asText().equals(tag);
        }
        boolean changed = simulator.tagsOf(Demo.AGENT_ID).contains(tag);
        if (!recorded || !changed) {
            System.out.println("The tag " + tag + " is " + (recorded ? "" : "not ") + "in the metadata and "
                    + (changed ? "" : "not ") + "in the simulated Defender.");
        }
        return recorded && changed;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path.replace("[", "%5B").replace("]", "%5D")))
                .timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode json(String path) throws IOException, InterruptedException {
        return new JsonMapper().readTree(get(path).body());
    }

    private interface Condition {
        boolean isMet() throws IOException, InterruptedException;
    }

    private static void await(Duration limit, String problem, Condition condition) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        Exception last = null;
        while (System.nanoTime() < end) {
            try {
                if (condition.isMet()) {
                    return;
                }
            } catch (ConnectException | HttpTimeoutException x) {
                last = x; // not up yet
            } catch (IOException x) {
                last = x;
                break;
            }
            Thread.sleep(500);
        }
        if (Files.exists(LOG)) {
            List<String> lines = Files.readAllLines(LOG);
            lines.subList(Math.max(0, lines.size() - 40), lines.size()).forEach(System.out::println);
        }
        throw new IOException(problem + "; the end of " + LOG + " stands above.", last);
    }

    private Process start(ProcessBuilder builder, Path log) throws IOException {
        Files.createDirectories(log.getParent());
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        processes.add(process);
        return process;
    }

    /** Maven's child is Jenkins itself and would outlive it. */
    private synchronized void endProcesses() {
        for (Process process : processes) {
            List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
            family.add(process.toHandle());
            family.forEach(ProcessHandle::destroy);
            family.forEach(member -> member.onExit()
                    .orTimeout(20, TimeUnit.SECONDS)
                    .exceptionally(late -> {
                        member.destroyForcibly();
                        return member;
                    })
                    .join());
        }
        processes.clear();
    }
}
