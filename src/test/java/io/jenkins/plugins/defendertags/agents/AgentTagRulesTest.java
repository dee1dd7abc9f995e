package io.jenkins.plugins.defendertags.agents;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static io.jenkins.plugins.defendertags.testing.SimulatedDefender.AGENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Computer;
import hudson.model.Node;
import hudson.slaves.DumbSlave;
import hudson.slaves.JNLPLauncher;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.config.AgentTagRule;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.machine.DefenderMachineProperty;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WebClients;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** Tags of agents by their labels: {@code agentTags} of the global configuration. */
@WithDefender
@Timeout(300)
class AgentTagRulesTest {

    private static final int MANY = 200;

    @TempDir
    Path folder;

    private final JenkinsRule r;
    private final DefenderSimulator simulator;

    AgentTagRulesTest(JenkinsRule r, DefenderSimulator simulator) {
        this.r = r;
        this.simulator = simulator;
    }

    @Test
    void agentHasTheTagsOfAllRulesThatFitAndItsOwn() throws Exception {
        rules(rule("agent && !windows", "by-label", "both"), rule("windows", "other"), rule("agent || x", "second"));
        DumbSlave agent = SimulatedDefender.agent(r, folder);
        awaitTags(AGENT_ID, "linux", "by-label", "both", "second");
        agent.getNodeProperties().add(new AgentTagsProperty(List.of("both", "own")));
        awaitTags(AGENT_ID, "linux", "by-label", "both", "second", "own");

        String page = WebClients.open(r)
                .goTo("computer/agent/defender/")
                .getBody()
                .asNormalizedText()
                .replaceAll("\\s+", " ");
        assertTrue(
                page.contains("both from this agent's configuration from the rule for the label agent && !windows"),
                page);
        assertTrue(page.contains("own from this agent's configuration by-label from the rule for the label"), page);
        assertTrue(page.contains("second from the rule for the label agent || x"), page);

        r.jenkins.removeNode(agent);
        awaitTags(AGENT_ID, "linux");
    }

    @Test
    void changedRuleAdjustsConnectedAgents() throws Exception {
        DumbSlave agent = SimulatedDefender.agent(r, folder);
        agent.setLabelString("labelled");
        rules(rule("labelled", "first", "kept"));
        awaitTags(AGENT_ID, "linux", "first", "kept");
        rules(rule("labelled", "second", "kept"));
        awaitTags(AGENT_ID, "linux", "second", "kept");

        agent.setLabelString("elsewhere");
        agent.save();
        awaitTags(AGENT_ID, "linux");
        rules(rule("elsewhere", "third"));
        awaitTags(AGENT_ID, "linux", "third");
        rules();
        awaitTags(AGENT_ID, "linux");
        await().until(() -> LeaseService.get().all().isEmpty());
    }

    @Test
    void changedRuleRemovesTagsOfOfflineAgents() throws Exception {
        rules(rule("agent", "first", "kept"));
        DumbSlave agent = SimulatedDefender.agent(r, folder);
        awaitTags(AGENT_ID, "linux", "first", "kept");
        agent.toComputer().disconnect(null).get();
        await().until(() -> agent.toComputer().isOffline());
        rules(rule("agent", "kept"));
        LeaseService.get().retryDue(); // which Jenkins does every minute
        awaitTags(AGENT_ID, "linux", "kept");
    }

    /** The default credential's tenant does not know the machine. */
    @Test
    void ruleHasACredentialOfItsOwn() throws Exception {
        try (DefenderSimulator elsewhere = new DefenderSimulator()) {
            SimulatedDefender.connectElsewhere(elsewhere);
            elsewhere.addMachine(AGENT_ID, "build-07.example.com");
            AgentTagRule there = rule("agent", "there");
            there.setCredentialsId("elsewhere");
            rules(rule("agent", "here"), there);
            DumbSlave agent = SimulatedDefender.agent(r, folder);
            awaitTags(AGENT_ID, "linux", "here");
            await().until(() -> elsewhere.tagsOf(AGENT_ID).equals(List.of("there")));
            rules();
            awaitTags(AGENT_ID, "linux");
            await().until(() -> elsewhere.tagsOf(AGENT_ID).isEmpty());
            r.jenkins.removeNode(agent);
        }
    }

    @Test
    void manyAgentsThatReconnectCostAHandfulOfCalls() throws Exception {
        List<Node> agents = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            simulator.addMachine(id(i), "m" + i + ".example.com");
            DumbSlave agent = new DumbSlave("m" + i, folder.toString(), new JNLPLauncher());
            agent.setLabelString("many");
            agent.setNumExecutors(1);
            agent.getNodeProperties().add(new DefenderMachineProperty(id(i)));
            agents.add(agent);
        }
        r.jenkins.setNodes(agents);
        rules(rule("many", "build", "fast"));
        assertFew(this::connectAll, "to add two tags");
        assertFew(this::connectAll, "to connect again");
        rules(rule("many", "fast", "new"));
        assertFew(this::connectAll, "to replace one tag");
        rules();
        assertFew(this::disconnectAll, "to remove all");
        await().until(() -> LeaseService.get().all().isEmpty());
    }

    private void assertFew(Callable<Void> act, String what) throws Exception {
        long before = simulator.apiCalls();
        act.call();
        for (int i = 0; i < MANY; i++) {
            Set<String> wanted = DefenderConfiguration.get().getAgentTags().stream()
                    .flatMap(rule -> rule.getTags().stream())
                    .collect(Collectors.toSet());
            String id = id(i);
            await(what).until(() -> Set.copyOf(simulator.tagsOf(id)).equals(wanted));
        }
        long calls = simulator.apiCalls() - before;
        assertTrue(calls <= MANY / 5, () -> calls + " calls " + what); // few, however busy this machine is
    }

    private Void connectAll() {
        List<Computer> computers = r.jenkins.getNodes().stream()
                .map(Node::toComputer)
                .filter(Objects::nonNull)
                .toList();
        assertEquals(MANY, computers.size());
        computers.forEach(computer -> AgentTags.get().connected(computer));
        await().until(() -> computers.stream()
                .allMatch(computer -> AgentTags.get().of(computer).stream().allMatch(AgentTagOperation::isDone)));
        return null;
    }

    private Void disconnectAll() {
        r.jenkins.getNodes().forEach(node -> AgentTags.get().disconnected(node.toComputer()));
        LeaseService.get().retryDue();
        return null;
    }

    private static AgentTagRule rule(String label, String... tags) {
        return new AgentTagRule(label, List.of(tags));
    }

    private static void rules(AgentTagRule... rules) {
        DefenderConfiguration.get().setAgentTags(List.of(rules));
    }

    private void awaitTags(String id, String... tags) {
        await().until(() -> Set.copyOf(simulator.tagsOf(id)).equals(Set.of(tags)));
    }

    private static String id(int number) {
        return new MachineId("%040x".formatted(number + 0x100)).value();
    }
}
