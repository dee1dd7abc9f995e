package io.jenkins.plugins.defendertags.machine;

import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.defendertags.config.AgentVerificationMode;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.BuildWatcherExtension;

/** The agent's host is the one that runs the test; {@link SimulatedDefender#AGENT_ID} is another machine's ID. */
@WithDefender
class AgentVerifierTest {

    @RegisterExtension
    static final BuildWatcherExtension BUILDS = new BuildWatcherExtension();

    private static final String OWN_ID = "b".repeat(40);
    private static final String CLAIM =
            "The agent agent says it is the Defender machine build-07.example.com (1e5b…cc07)," + " but its host is ";

    @TempDir
    Path folder;

    private DumbSlave agent;
    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    AgentVerifierTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void setUp() throws Exception {
        agent = SimulatedDefender.agent(r, folder);
    }

    @Test
    void offBelievesTheAgent() throws Exception {
        r.assertLogNotContains("but its host is", build(Result.SUCCESS, "node('agent') { tag() }"));
        assertEquals(0, lookUps());
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));
    }

    @Test
    void warnSaysItOnceAndTags() throws Exception {
        DefenderConfiguration.get().setVerifyAgents(AgentVerificationMode.WARN);
        WorkflowRun run = build(Result.SUCCESS, "node('agent') { tag(); tag() }");
        assertEquals(
                1,
                run.getLog(1000).stream()
                        .filter(line -> line.startsWith("[defender] Warning: " + CLAIM))
                        .count());
        assertEquals(1, lookUps());
        assertEquals(List.of("linux", "x"), simulator.tagsOf(AGENT_ID));

        simulator.failNextApiCalls(Fault.defenderError(403, "Forbidden", "Busy"));
        r.assertLogContains(
                "[defender] Warning: Whether the agent agent is the Defender machine " + AGENT_ID
                        + " could not be verified: Defender answered HTTP 403: Busy.",
                build(Result.SUCCESS, "node('agent') { tag() }"));
    }

    @Test
    void requireRefusesAnotherMachinesId() throws Exception {
        DefenderConfiguration.get().setVerifyAgents(AgentVerificationMode.REQUIRE);
        r.assertLogContains("ERROR: " + CLAIM, build(Result.FAILURE, "node('agent') { tag() }"));
        assertEquals(0, simulator.tagCalls());
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));

        simulator.failNextApiCalls(Fault.defenderError(403, "Forbidden", "Busy"));
        r.assertLogContains("could not be verified", build(Result.FAILURE, "node('agent') { tag() }"));
        SimulatedMdatp.install(folder.resolve("mdatp-folder"), "0".repeat(40));
        r.assertLogContains(
                "ERROR: Defender does not know the machine " + "0".repeat(40),
                build(Result.FAILURE, "node('agent') { tag() }"));
        assertEquals(0, simulator.tagCalls());
    }

    @Test
    void requireAcceptsTheAgentsOwnMachineAndAsksOnceForABuild() throws Exception {
        DefenderConfiguration.get().setVerifyAgents(AgentVerificationMode.REQUIRE);
        simulator.addMachine(
                OWN_ID, InetAddress.getLocalHost().getHostName().toUpperCase(Locale.ROOT) + ".example.com");
        SimulatedMdatp.install(folder.resolve("mdatp-folder"), OWN_ID);
        simulator.revokeTokens();
        build(Result.SUCCESS, "node('agent') { tag(); tag() }");
        assertEquals(List.of("x"), simulator.tagsOf(OWN_ID));
        assertEquals(1, lookUps());
        simulator.revokeTokens();
        build(Result.SUCCESS, "node('agent') { tag() }");
        assertEquals(3, lookUps(), "once more, and again with a new token");
    }

    @Test
    void whatAnAdministratorOrTheJobNamesNeedsNoVerification() throws Exception {
        DefenderConfiguration.get().setVerifyAgents(AgentVerificationMode.REQUIRE);
        build(Result.SUCCESS, "defenderTag action: 'Add', value: 'named', machine: '" + AGENT_ID + "'");
        simulator.addMachine(OWN_ID, "elsewhere");
        agent.getNodeProperties().add(new DefenderMachineProperty(OWN_ID));
        build(Result.SUCCESS, "node('agent') { tag() }");
        assertEquals(List.of("x"), simulator.tagsOf(OWN_ID), "the property outranks the sensor");
        assertEquals(List.of("linux", "named"), simulator.tagsOf(AGENT_ID));
        assertEquals(0, lookUps());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the simulated mdatp is a shell script")
    void parallelBranchesAskTheAgentOnce() throws Exception {
        Path calls = folder.resolve("calls");
        SimulatedMdatp.installScript(
                folder.resolve("mdatp-folder"), "echo called >> '" + calls + "'; sleep 1; echo '\"" + AGENT_ID + "\"'");
        WorkflowRun run = build(Result.SUCCESS, """
                node('agent') {
                  parallel a: { tag() }, b: { tag() }, c: { tag() }
                  tag()
                }
                """);
        assertEquals(List.of("called"), Files.readAllLines(calls));
        assertEquals(
                1,
                run.getLog(1000).stream()
                        .filter(line -> line.contains("[defender] The agent agent is the Defender machine 1e5b…cc07"))
                        .count());
    }

    private WorkflowRun build(Result result, String script) throws Exception {
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(
                new CpsFlowDefinition("def tag() { defenderTag action: 'Add', value: 'x' }\n" + script, true));
        return r.buildAndAssertStatus(result, job);
    }

    private long lookUps() {
        return simulator.requests().stream()
                .filter(request -> request.startsWith("GET /api/machines/"))
                .count();
    }
}
