package io.jenkins.plugins.defendertags.agents;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.EnvVars;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.slaves.AbstractCloudComputer;
import hudson.slaves.AbstractCloudSlave;
import hudson.slaves.ComputerLauncher;
import hudson.slaves.DumbSlave;
import hudson.slaves.JNLPLauncher;
import hudson.slaves.SlaveComputer;
import hudson.util.Secret;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.config.AgentVerificationMode;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.credentials.SecretSignIn;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.machine.DefenderMachineProperty;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.SimulatedMdatp;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.durabletask.executors.OnceRetentionStrategy;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

@WithDefender
@Timeout(180)
class AgentTagsTest {

    private static final String OTHER_ID = "2".repeat(40);

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    AgentTagsTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @BeforeEach
    void setUp() throws Exception {
        simulator.addMachine(OTHER_ID, "build-08.example.com");
    }

    @Test
    void fromItsConnectionToItsDeletion() throws Exception {
        DumbSlave agent = tagged("build", "fast");
        awaitTags(AGENT_ID, "linux", "build", "fast");
        awaitLog(agent, "[defender] Added \"build\" to build-07.example.com (1e5b…cc07)");
        await().until(() -> isTagged(agent));
        assertEquals(2, LeaseService.get().all().size());

        disconnect(agent);
        assertEquals(Set.of("linux", "build", "fast"), tagsOf(AGENT_ID), "it is only offline");
        LeaseService.get().retryDue();
        assertEquals(2, LeaseService.get().all().size());

        r.jenkins.removeNode(agent);
        awaitTags(AGENT_ID, "linux");
        awaitNothingLeft();
    }

    @Test
    void whatTheMachineHadBeforeStays() throws Exception {
        DumbSlave agent = tagged("LINUX", "build");
        awaitTags(AGENT_ID, "linux", "build");
        awaitLog(agent, "has \"LINUX\" already and keeps it");
        r.jenkins.removeNode(agent);
        awaitTags(AGENT_ID, "linux");
        awaitNothingLeft();
    }

    @Test
    void anotherMachineUnderTheSameName() throws Exception {
        DumbSlave agent = tagged("build");
        awaitTags(AGENT_ID, "linux", "build");
        disconnect(agent);
        SimulatedMdatp.install(folder.resolve("mdatp-folder"), OTHER_ID);
        agent.toComputer().connect(true).get();
        awaitTags(OTHER_ID, "build");
        awaitTags(AGENT_ID, "linux");
        assertEquals(1, LeaseService.get().all().size());
    }

    @Test
    void whatIsConfiguredAnewAppliesAtOnce() throws Exception {
        DumbSlave agent = tagged("build", "fast");
        awaitTags(AGENT_ID, "linux", "build", "fast");
        agent.getNodeProperties().replaceBy(List.of(new AgentTagsProperty(List.of("fast", "slow"))));
        awaitTags(AGENT_ID, "linux", "fast", "slow");
        agent.getNodeProperties().replaceBy(List.of());
        awaitTags(AGENT_ID, "linux");
        awaitNothingLeft();
    }

    @Test
    void newMachineIsTaggedWhenDefenderKnowsIt() throws Exception {
        simulator.machines().clear();
        DumbSlave agent = tagged("build");
        await().until(() -> problem(agent).contains("Defender does not know the machine " + AGENT_ID + " yet."));
        assertEquals(List.of(), LeaseService.get().all(), "nothing is noted for it");
        simulator.addMachine(AGENT_ID, "build-07.example.com");
        awaitTags(AGENT_ID, "build");
        await().until(() -> isTagged(agent));
        assertEquals("", problem(agent));
        assertEquals(1, agent.toComputer().getLog().split("does not have its Defender tags yet").length - 1);
    }

    @Test
    void builtInNodeAsWell() throws Exception {
        r.jenkins.getNodeProperties().add(new DefenderMachineProperty(OTHER_ID));
        r.jenkins.getNodeProperties().add(new AgentTagsProperty(List.of("controller")));
        awaitTags(OTHER_ID, "controller");
        LeaseService.get().retryDue();
        assertEquals(List.of("controller"), simulator.tagsOf(OTHER_ID));
        r.jenkins.getNodeProperties().replaceBy(List.of());
        awaitTags(OTHER_ID);
    }

    @Test
    void fiveHundredAtOnceAreAHandfulOfCalls() throws Exception {
        simulator.setLatency(Duration.ofMillis(100));
        List<Node> agents = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            simulator.addMachine(id(i), "m" + i + ".example.com");
            DumbSlave agent = new DumbSlave("m" + i, folder.toString(), new JNLPLauncher());
            agent.setNumExecutors(1);
            agent.getNodeProperties().add(new DefenderMachineProperty(i % 2 == 0 ? id(i) : "m" + i));
            agent.getNodeProperties().add(new AgentTagsProperty(List.of("build")));
            agents.add(agent);
        }
        r.jenkins.setNodes(agents);
        for (Node agent : agents) {
            AgentTags.get().connected(agent.toComputer());
        }
        for (int i = 0; i < 500; i++) {
            awaitTags(id(i), "build");
        }
        long adding = simulator.apiCalls();
        assertTrue(adding <= 100, () -> adding + " calls to add, not 1,250");
        r.jenkins.setNodes(List.of());
        AgentTags.get().check();
        LeaseService.get().retryDue();
        awaitNothingLeft();
        long removing = simulator.apiCalls() - adding;
        assertTrue(removing <= 100, () -> removing + " calls to remove, not 1,000");
        for (int i = 0; i < 500; i++) {
            assertEquals(List.of(), simulator.tagsOf(id(i)));
        }
    }

    @Test
    void agentAndBlockShareATag() throws Exception {
        DumbSlave agent = tagged("build");
        awaitTags(AGENT_ID, "linux", "build");
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("node('agent') { withDefenderTag('build') { echo 'inside' } }", true));
        WorkflowRun run = r.buildAndAssertSuccess(job);
        r.assertLogContains("Left \"build\" on build-07.example.com (1e5b…cc07), because another block, an agent", run);
        assertEquals(List.of("linux", "build"), simulator.tagsOf(AGENT_ID));
        r.jenkins.removeNode(agent);
        awaitTags(AGENT_ID, "linux");
    }

    /** As a cloud's plugin makes it of a template with this property. */
    @Test
    void oneShotAgentLosesThemWithItsLife() throws Exception {
        Path mdatp = SimulatedMdatp.install(folder.resolve("mdatp-folder"), AGENT_ID);
        OneShot agent = new OneShot(
                folder.resolve("work").toString(),
                r.createComputerLauncher(new EnvVars(SimulatedMdatp.environment(mdatp))));
        agent.getNodeProperties().add(new AgentTagsProperty(List.of("ephemeral")));
        r.jenkins.addNode(agent);
        awaitTags(AGENT_ID, "linux", "ephemeral");
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("node('once') { echo 'inside' }", true));
        r.buildAndAssertSuccess(job);
        awaitTags(AGENT_ID, "linux");
        await().until(() -> r.jenkins.getNode("one-shot") == null);
        awaitNothingLeft();
    }

    private static final class OneShot extends AbstractCloudSlave {

        private static final long serialVersionUID = 1;

        OneShot(String remoteFS, ComputerLauncher launcher) throws Exception {
            super("one-shot", remoteFS, launcher);
            setNumExecutors(1);
            setLabelString("once");
            setMode(Mode.EXCLUSIVE);
            setRetentionStrategy(new OnceRetentionStrategy(10));
        }

        @Override
        public AbstractCloudComputer<?> createComputer() {
            return new AbstractCloudComputer<>(this);
        }

        @Override
        protected void _terminate(TaskListener listener) {}
    }

    @Test
    void refusalsAreToldAndTriedAgain() throws Exception {
        simulator.grantRoles("Machine.Read.All");
        DumbSlave agent = tagged("build");
        await().until(() -> problem(agent).contains("HTTP 403"));
        simulator.grantRoles("Machine.ReadWrite.All");
        simulator.revokeTokens();
        awaitTags(AGENT_ID, "linux", "build");

        simulator.grantRoles("Machine.Read.All");
        simulator.revokeTokens();
        r.jenkins.removeNode(agent);
        await().until(() -> !LeaseService.get().stuck().isEmpty());
        String page = WebClients.open(r).goTo("manage/defender-tags").asNormalizedText();
        assertTrue(page.contains("Agent agent"), page);
        assertTrue(page.contains("HTTP 403"), page);
        simulator.grantRoles("Machine.ReadWrite.All");
        simulator.revokeTokens();
        LeaseService.get().retry(lease -> true);
        awaitTags(AGENT_ID, "linux");
        awaitNothingLeft();
    }

    @Test
    void newAgentOfTheSameNameHasATagThatIsStillToBeRemoved() throws Exception {
        DumbSlave agent = tagged("build");
        awaitTags(AGENT_ID, "linux", "build");
        simulator.failNextApiCalls(Fault.defenderError(403, "Forbidden", "no"), Fault.html(403));
        r.jenkins.removeNode(agent);
        await().until(() -> !LeaseService.get().stuck().isEmpty());
        DumbSlave again = tagged("build");
        await().until(() -> isTagged(again));
        LeaseService.get().retryDue();
        assertEquals(List.of("linux", "build"), simulator.tagsOf(AGENT_ID));
        assertEquals(List.of(), LeaseService.get().stuck());
    }

    @Test
    void policyAndVerificationHoldForAgentsToo() throws Exception {
        DumbSlave agent = tagged("MDE-Management");
        await().until(() -> problem(agent).contains("rule 1, deny MDE-Management"));
        assertEquals(0, simulator.requests().size());

        DefenderConfiguration.get().setVerifyAgents(AgentVerificationMode.REQUIRE);
        agent.getNodeProperties().replaceBy(List.of(new AgentTagsProperty(List.of("build"))));
        await().until(() -> problem(agent).contains("says it is the Defender machine"));
        DefenderConfiguration.get().setVerifyAgents(AgentVerificationMode.WARN);
        awaitTags(AGENT_ID, "linux", "build");
        String log = agent.toComputer().getLog();
        assertTrue(log.contains("[defender] Warning: The agent agent says it is"), log);
    }

    /** Another holds the tag on the claimed machine, so nothing would have to be asked before joining in. */
    @Test
    void claimIsVerifiedBeforeAnythingIsRemovedOrShared() throws Exception {
        DumbSlave agent = tagged("build");
        awaitTags(AGENT_ID, "linux", "build");
        DumbSlave other = r.createSlave("other", null, null);
        other.getNodeProperties().add(new DefenderMachineProperty(OTHER_ID));
        other.getNodeProperties().add(new AgentTagsProperty(List.of("build")));
        r.waitOnline(other);
        awaitTags(OTHER_ID, "build");
        disconnect(agent);

        DefenderConfiguration.get().setVerifyAgents(AgentVerificationMode.REQUIRE);
        SimulatedMdatp.install(folder.resolve("mdatp-folder"), OTHER_ID);
        agent.toComputer().connect(true).get();
        await().until(() -> problem(agent).contains("says it is the Defender machine build-08.example.com"));
        assertEquals(Set.of("linux", "build"), tagsOf(AGENT_ID), "the real machine keeps its tag");
        assertEquals(2, LeaseService.get().all().size(), "no lease on the claimed machine");

        agent.toComputer().disconnect(null).get();
        r.jenkins.removeNode(other);
        awaitTags(OTHER_ID);
    }

    @Test
    void operationOfAnEarlierConnectionDoesNotTagTheFormerMachine() throws Exception {
        CountDownLatch recovered = new CountDownLatch(1);
        simulator.failNextApiCalls(Fault.silenceUntil(recovered)); // and then it is asked again
        DumbSlave agent = tagged("build");
        await().until(() -> simulator.apiCalls() == 1);
        List<AgentTagOperation> former = AgentTags.get().of(agent.toComputer());
        disconnect(agent);
        SimulatedMdatp.install(folder.resolve("mdatp-folder"), OTHER_ID);
        agent.toComputer().connect(true).get();
        awaitTags(OTHER_ID, "build");
        recovered.countDown();
        await().until(() -> simulator.requests().stream()
                        .filter(request -> request.equals("GET /api/machines/" + AGENT_ID))
                        .count()
                == 2);
        await().until(() -> isTagged(agent));
        assertFalse(former.get(0).isDone());
        assertEquals(List.of("linux"), simulator.tagsOf(AGENT_ID));
        assertEquals(1, LeaseService.get().all().size());
    }

    /** The default credential's tenant knows neither the machine nor its name. */
    @Test
    void ownCredentialFindsVerifiesAndTags() throws Exception {
        try (DefenderSimulator elsewhere = new DefenderSimulator()) {
            SimulatedDefender.connectElsewhere(elsewhere);
            elsewhere.addMachine(OTHER_ID, "build-09.example.com");
            simulator.machines().clear();
            DumbSlave agent = r.createSlave("build-09", null, null);
            agent.getNodeProperties().add(new DefenderMachineProperty("build-09"));
            AgentTagsProperty property = new AgentTagsProperty(List.of("build"));
            property.setCredentialsId("elsewhere");
            agent.getNodeProperties().add(property);
            r.waitOnline(agent);
            await().until(() -> elsewhere.tagsOf(OTHER_ID).equals(List.of("build")));
            r.jenkins.removeNode(agent);
            await().until(() -> elsewhere.tagsOf(OTHER_ID).isEmpty());
            assertEquals(0, simulator.requests().size());
        }
    }

    @Test
    void credentialThatJobsCannotUse() throws Exception {
        EntraAppRegistration system = new EntraAppRegistration(
                CredentialsScope.SYSTEM,
                "system",
                "",
                DefenderSimulator.TENANT,
                DefenderSimulator.CLIENT,
                new SecretSignIn(Secret.fromString(DefenderSimulator.SECRET)));
        system.setCloud("simulated");
        SimulatedDefender.add(system);
        DefenderConfiguration.get().setDefaultCredentialsId("system");
        DumbSlave agent = tagged("build");
        awaitTags(AGENT_ID, "linux", "build");
        r.jenkins.removeNode(agent);
        awaitTags(AGENT_ID, "linux");
        awaitNothingLeft();
    }

    private DumbSlave tagged(String... tags) throws Exception {
        DumbSlave agent = SimulatedDefender.agent(r, folder);
        agent.getNodeProperties().add(new AgentTagsProperty(List.of(tags)));
        return agent;
    }

    private static void disconnect(DumbSlave agent) throws Exception {
        SlaveComputer computer = agent.getComputer();
        computer.disconnect(null).get();
        await().until(computer::isOffline);
    }

    private static boolean isTagged(DumbSlave agent) {
        List<AgentTagOperation> operations = AgentTags.get().of(agent.toComputer());
        return !operations.isEmpty() && operations.stream().allMatch(AgentTagOperation::isDone);
    }

    private static String problem(DumbSlave agent) {
        Computer computer = agent.toComputer();
        List<AgentTagOperation> operations =
                computer == null ? List.of() : AgentTags.get().of(computer);
        return operations.stream()
                .map(AgentTagOperation::problem)
                .filter(Objects::nonNull)
                .map(Problem::message)
                .collect(Collectors.joining(" "));
    }

    /** Tags are added at once, in no particular order. */
    private Set<String> tagsOf(String id) {
        return Set.copyOf(simulator.tagsOf(id));
    }

    private void awaitTags(String id, String... tags) throws Exception {
        await().until(() -> tagsOf(id).equals(Set.of(tags)));
    }

    private static void awaitLog(DumbSlave agent, String line) {
        await().until(() -> agent.toComputer().getLog(), log -> log.contains(line));
    }

    private static void awaitNothingLeft() throws Exception {
        await().until(() -> LeaseService.get().all().isEmpty());
    }

    private static String id(int number) {
        return "%040x".formatted(number + 0x100);
    }
}
