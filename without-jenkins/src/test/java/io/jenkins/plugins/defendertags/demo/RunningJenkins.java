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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real Jenkins with the plugin ({@code mvn hpi:run}), connected to a simulated Defender, and an inbound agent whose {@code
 * mdatp} is simulated: processes that end with this one. For one thread.
 */
public final class RunningJenkins implements AutoCloseable {

    /** Who may log in to a Jenkins that is {@linkplain #secure secured}. */
    public static final String USER = "alice";

    private static final Duration START_LIMIT = Duration.ofMinutes(8);
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);
    private static final Pattern AGENT_SECRET = Pattern.compile("<argument>([0-9a-f]{64})</argument>");

    private final Path folder;
    private final String maven;
    private final String defenderUrl;
    private final int port;
    private final String url;
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> options = new ArrayList<>();
    private String configuration = Demo.FILES.resolve("jenkins.yaml").toAbsolutePath().toString();
    private String authorization;
    private final HttpClient http = HttpClient.newBuilder()
            .cookieHandler(new CookieManager()) // Jenkins ties its crumbs to a session
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final List<Process> processes = new CopyOnWriteArrayList<>();
    private final Thread end = new Thread(this::endProcesses);
    /** How Maven started Jenkins, to do the same without Maven. */
    private List<String> command;

    private ProcessHandle jenkins;

    /**
     * @param folder emptied first
     * @param defenderUrl of the simulator, or of what stands before it
     * @param port 0 for any free one
     */
    public RunningJenkins(Path folder, String maven, String defenderUrl, int port) throws IOException {
        this.folder = folder.toAbsolutePath();
        this.maven = maven;
        this.defenderUrl = defenderUrl;
        this.port = port == 0 ? freePort() : port;
        url = "http://localhost:" + this.port + "/jenkins/";
        if (Files.exists(this.folder)) {
            try (Stream<Path> files = Files.walk(this.folder)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
        Runtime.getRuntime().addShutdownHook(end);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    public String url() {
        return url;
    }

    /** A variable of {@code src/demo/jenkins.yaml}, before the start. */
    public void setVariable(String name, String value) {
        environment.put(name, value);
    }

    /** Before the start: nobody sees anything without the password of {@link #USER}. */
    public void secure(String password) {
        configuration += "," + Demo.FILES.resolve("secured.yaml").toAbsolutePath();
        setVariable("DEMO_PASSWORD", password);
        authorization = "Basic "
                + Base64.getEncoder().encodeToString((USER + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Maven's, before the start. */
    public void addOption(String option) {
        options.add(option);
    }

    /** Before the start. */
    public void addJob(String name, String config) throws IOException {
        Path job = Files.createDirectories(folder.resolve("home/jobs/" + name));
        Files.writeString(job.resolve("config.xml"), config);
    }

    /** A Groovy script that Jenkins runs when it starts; before the start. */
    public void addStartScript(String name, String script) throws IOException {
        Path scripts = Files.createDirectories(folder.resolve("home/init.groovy.d"));
        Files.writeString(scripts.resolve(name + ".groovy"), script);
    }

    /** Before the start. */
    public void addPipeline(String name, String script) throws IOException {
        addJob(
                name,
                Files.readString(Demo.FILES.resolve("pipeline.xml"))
                        .replace("@SCRIPT@", script.replace("&", "&amp;").replace("<", "&lt;")));
    }

    /** Returns when it is up. */
    public void start() throws Exception {
        environment.putAll(Map.of(
                "CASC_JENKINS_CONFIG", configuration,
                "DEMO_JENKINS_URL", url,
                "DEMO_AGENT_FOLDER", folder.resolve("agent").toString(),
                "DEMO_DEFENDER_URL", defenderUrl,
                "DEMO_TENANT_ID", DefenderSimulator.TENANT,
                "DEMO_CLIENT_ID", DefenderSimulator.CLIENT,
                "DEMO_CLIENT_SECRET", DefenderSimulator.SECRET));
        List<String> mavenCommand = new ArrayList<>(List.of(
                maven,
                "--batch-mode",
                "--no-transfer-progress",
                "hpi:run",
                "-Dhost=localhost",
                "-Dport=" + port,
                "-DjenkinsHome=" + folder.resolve("home")));
        mavenCommand.addAll(options);
        Process started = startJenkins(mavenCommand);
        awaitStart(started);
        jenkins = started.children().findFirst().orElse(started.toHandle());
        command = new ArrayList<>();
        command.add(jenkins.info().command().orElseThrow());
        command.addAll(List.of(jenkins.info().arguments().orElseThrow()));
    }

    /** Kills Jenkins as {@code kill -9} does. */
    public void kill() throws Exception {
        jenkins.destroyForcibly();
        jenkins.onExit().get(1, TimeUnit.MINUTES);
    }

    /** Starts it again, as it was started before. */
    public void startAgain() throws Exception {
        Process started = startJenkins(command);
        jenkins = started.toHandle();
        awaitStart(started);
    }

    /** The variables hold the client secret: they are for Jenkins, not for the agent, whose variables end up in builds. */
    private Process startJenkins(List<String> jenkinsCommand) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(jenkinsCommand);
        builder.environment().putAll(environment);
        return start(builder, log());
    }

    private void awaitStart(Process started) throws Exception {
        await(START_LIMIT, "Jenkins did not start", () -> {
            if (!started.isAlive()) {
                throw new IOException("Jenkins ended");
            }
            return get("login").statusCode() == 200;
        });
    }

    private Path log() {
        return folder.resolve("jenkins.log");
    }

    /** Starts the agent build-07 and returns when it is connected. */
    public void startAgent() throws Exception {
        Path agent = Files.createDirectories(folder.resolve("agent"));
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
        builder.environment().putAll(SimulatedMdatp.environment(mdatp));
        start(builder, folder.resolve("agent.log"));
        await(ANSWER_LIMIT, "The agent did not connect", () -> !json("computer/build-07/api/json")
                .path("offline")
                .asBoolean(true));
    }

    /** Has a job built; the build may still wait in the queue afterwards. */
    public void build(String job) throws Exception {
        int status = post("job/" + job + "/build");
        if (status != 201) {
            throw new IOException("Jenkins did not take the build of " + job + ": HTTP " + status);
        }
    }

    /** @return the HTTP status of the answer */
    public int post(String path) throws Exception {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.noBody());
        HttpResponse<String> crumb = get("crumbIssuer/api/json");
        if (crumb.statusCode() == 200) {
            JsonNode json = new JsonMapper().readTree(crumb.body());
            request.header(json.path("crumbRequestField").asText(), json.path("crumb").asText());
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** @return the path of the build, once it has ended */
    public String awaitEnd(String job, int number, Duration limit) throws Exception {
        String build = "job/" + job + "/" + number + "/";
        await(limit, "The build of " + job + " did not end", () -> get(build + "api/json").statusCode() == 200
                && !json(build + "api/json").path("building").asBoolean(true));
        return build;
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(url + path.replace("[", "%5B").replace("]", "%5D")))
                .timeout(Duration.ofSeconds(30));
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    public JsonNode json(String path) throws IOException, InterruptedException {
        return new JsonMapper().readTree(get(path).body());
    }

    /** Waits until Jenkins ends. */
    void waitFor() throws InterruptedException {
        processes.get(0).waitFor();
    }

    private interface Condition {
        boolean isMet() throws IOException, InterruptedException;
    }

    private void await(Duration limit, String problem, Condition condition) throws Exception {
        long timeout = System.nanoTime() + limit.toNanos();
        Exception last = null;
        while (System.nanoTime() < timeout) {
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
            Thread.sleep(200);
        }
        if (Files.exists(log())) {
            List<String> lines = Files.readAllLines(log());
            lines.subList(Math.max(0, lines.size() - 40), lines.size()).forEach(System.out::println);
        }
        throw new IOException(problem + "; the end of " + log() + " stands above.", last);
    }

    private Process start(ProcessBuilder builder, Path log) throws IOException {
        Files.createDirectories(log.getParent());
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
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

    @Override
    public void close() {
        endProcesses();
        Runtime.getRuntime().removeShutdownHook(end);
    }
}
