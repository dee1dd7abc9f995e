package io.jenkins.plugins.defendertags;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.EnvVars;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.Run;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.config.TagPolicy;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.ParameterizedJobMixIn.ParameterizedJob;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jvnet.hudson.test.JenkinsRule;

/** Where the examples of the documentation run: one Jenkins, one agent, and the machines that the examples name. */
final class ExampleJenkins {

    private static final String AGENT = "build-07";
    private static final List<String> OTHERS = List.of("build-host-1", "web-01", "web-02", "db-01");

    private final JenkinsRule r;
    private final DefenderSimulator simulator;
    private final Path tools;
    private final List<Run<?, ?>> builds = new ArrayList<>();
    private final List<String> log = new ArrayList<>();

    ExampleJenkins(JenkinsRule r, DefenderSimulator simulator, Path tools) throws IOException {
        this.r = r;
        this.simulator = simulator;
        this.tools = SimulatedMdatp.install(tools, SimulatedDefender.AGENT_ID);
        r.jenkins.setNumExecutors(0); // all is built by the agent
    }

    JenkinsRule rule() {
        return r;
    }

    DefenderSimulator simulator() {
        return simulator;
    }

    /** Everything as at the beginning, for the next example. */
    void reset() throws Exception {
        builds.clear();
        for (Item item : r.jenkins.getItems()) {
            item.delete();
        }
        resetConfiguration();
        resetMachines();
        make(0);
        if (r.jenkins.getNode(AGENT) == null) { // an example may define all nodes anew
            startAgent();
        }
    }

    private void resetConfiguration() throws Exception {
        SystemCredentialsProvider.getInstance().getCredentials().clear();
        SimulatedDefender.connect(simulator);
        SimulatedDefender.add(SimulatedDefender.credential("security-team", DefenderSimulator.SECRET));
        DefenderConfiguration configuration = DefenderConfiguration.get();
        configuration.setVerifyAgents(null);
        limit(100_000);
        configuration.setPolicy(new TagPolicy());
    }

    void limit(int calls) {
        DefenderConfiguration.get().setCallsPerMinute(calls);
        DefenderConfiguration.get().setCallsPerHour(100_000);
    }

    private void resetMachines() {
        simulator.machines().clear();
        simulator.addMachine(SimulatedDefender.AGENT_ID, SimulatedDefender.AGENT_NAME);
        for (int i = 0; i < OTHERS.size(); i++) {
            simulator.addMachine(String.format("%040x", i), OTHERS.get(i) + ".example.com");
        }
        simulator.addMachine("4".repeat(40), "address.example.com").ipAddresses("10.0.0.5");
        // No example changes this one: after a change, a read shows for minutes what was written, also if a test starts
        // anew.
        simulator.addMachine("9b3e" + "0".repeat(32) + "41d2", "web-03.example.com");
        simulator.addMachine("5".repeat(40), "left-behind.example.com", "building");
    }

    private void startAgent() throws Exception {
        EnvVars environment = new EnvVars(SimulatedMdatp.environment(tools));
        environment.put("HOST_OF_POD", "build-host-1");
        DumbSlave agent = r.createSlave(AGENT, "linux", environment);
        r.waitOnline(agent);
    }

    void makeFails() throws IOException {
        make(1);
    }

    /** The examples call {@code make}, which need not be there and has nothing to make. */
    private void make(int status) throws IOException {
        Path make = Files.writeString(tools.resolve("make"), "#!/bin/sh\nexit " + status + "\n");
        Files.setPosixFilePermissions(make, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    void runPipeline(String script, Result expected) throws Exception {
        run(pipeline(script), expected);
    }

    private WorkflowJob pipeline(String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    <J extends Job<J, R> & ParameterizedJob<J, R>, R extends Run<J, R> & Queue.Executable> void run(
            J job, Result expected) throws Exception {
        note(r.buildAndAssertStatus(expected, job));
    }

    private void note(Run<?, ?> build) throws IOException {
        builds.add(build);
        log.addAll(build.getLog(10_000));
    }

    /** Builds whose logs are explained though no example makes them: one has a wrong secret, one waits for the limit of calls. */
    void runIntoTrouble() throws Exception {
        SimulatedDefender.add(SimulatedDefender.credential("wrong", "not-the-secret"));
        runPipeline(
                "defenderTag(action: 'Add', value: 'x', machine: 'build-07', credentialsId: 'wrong')", Result.FAILURE);

        limit(2);
        WorkflowRun waiting = pipeline(
                        "for (tag in ['a', 'b', 'c']) { defenderTag(action: 'Add', value: tag, machine: '"
                                + SimulatedDefender.AGENT_ID + "') }")
                .scheduleBuild2(0)
                .waitForStart();
        r.waitForMessage("[defender] Waiting for", waiting);
        waiting.doStop();
        note(r.waitForCompletion(waiting));
    }

    /** Of the example that ran last. */
    List<Run<?, ?>> builds() {
        return List.copyOf(builds);
    }

    /** Whether any build so far has logged that; three dots stand for whatever the page leaves out. */
    void assertLogged(String text) {
        Pattern wanted = Pattern.compile(Stream.of(withoutNumbers(text).split("…", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*", ".*", ".*")));
        assertTrue(
                log.stream()
                        .anyMatch(line -> wanted.matcher(withoutNumbers(line)).matches()),
                () -> "no build has logged: " + text);
    }

    /** Without times, IDs, and the limit, which is lower in a test; with the tenant of the pages. */
    private static String withoutNumbers(String line) {
        return line.replaceAll("\\d\\d:\\d\\d:\\d\\d", "(time)")
                .replaceAll("limit of \\d+ calls", "limit of (n) calls")
                .replaceAll("correlation ID [0-9a-f-]+…?", "correlation ID (id)")
                .replace(DefenderSimulator.TENANT, "contoso.onmicrosoft.com");
    }
}
