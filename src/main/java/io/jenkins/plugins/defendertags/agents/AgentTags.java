package io.jenkins.plugins.defendertags.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.XmlFile;
import hudson.model.AsyncPeriodicWork;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Saveable;
import hudson.model.TaskListener;
import hudson.model.listeners.SaveableListener;
import hudson.slaves.ComputerListener;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import io.jenkins.plugins.defendertags.leases.AgentLeases;
import io.jenkins.plugins.defendertags.leases.Lease;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import jenkins.model.NodeListener;
import jenkins.util.Timer;

/**
 * Gives each connected agent the tags of its configuration, and removes them when the agent is deleted. An agent that is
 * only offline keeps them. Thread-safe; there is one for each controller.
 */
@Extension
public final class AgentTags {

    private static final Logger LOGGER = Logger.getLogger(AgentTags.class.getName());

    private static final long SOON_MILLIS = 500;

    private final AtomicBoolean checkScheduled = new AtomicBoolean();

    /** By the agent's name: of those that are connected and have tags. */
    private final Map<String, Tagged> agents = new ConcurrentHashMap<>();

    /** A connected agent's tags, and the operations that add them: one for each credential. */
    private record Tagged(WantedTags wanted, List<AgentTagOperation> operations) {}

    static AgentTags get() {
        return ExtensionList.lookupSingleton(AgentTags.class);
    }

    /** What adds an agent's tags since it was connected; empty if it is to have none, or was not connected. */
    List<AgentTagOperation> of(Computer computer) {
        Tagged tagged = agents.get(computer.getName());
        return tagged == null ? List.of() : tagged.operations();
    }

    /** Whether a tag that an agent holds is for a machine that the agent is not, or not any more. */
    boolean isForOtherMachine(Computer computer, MachineId held, Tag tag) {
        return of(computer).stream().anyMatch(operation -> operation.isForOtherMachine(held, tag));
    }

    /** An agent may be another machine each time. */
    synchronized void connected(Computer computer) {
        tag(computer, WantedTags.of(computer.getNode()));
    }

    private void tag(Computer computer, WantedTags wanted) {
        stop(computer.getName());
        if (wanted.isEmpty()) {
            release(computer.getName());
            return;
        }
        List<AgentTagOperation> operations = wanted.credentials().stream()
                .map(credential -> new AgentTagOperation(computer, wanted, credential))
                .toList();
        agents.put(computer.getName(), new Tagged(wanted, operations));
        operations.forEach(AgentTagOperation::start);
    }

    private void stop(String agent) {
        Tagged before = agents.remove(agent);
        if (before != null) {
            before.operations().forEach(AgentTagOperation::stop);
        }
    }

    private static void release(String agent) {
        LeaseService.get().releaseAgent(agent);
    }

    synchronized void disconnected(Computer computer) {
        stop(computer.getName());
        AgentLookup.forget(computer);
    }

    synchronized void deleted(Node node) {
        stop(node.getNodeName());
        release(node.getNodeName());
    }

    /** An agent has another configuration, or is saved with the same. */
    synchronized void changed(Node node) {
        Computer computer = node.toComputer();
        if (computer != null && computer.getChannel() != null) {
            adjust(computer, node);
        } else if (WantedTags.of(node).isEmpty()) {
            release(node.getNodeName());
        }
    }

    private void adjust(Computer computer, @CheckForNull Node node) {
        Tagged tagged = agents.get(computer.getName());
        WantedTags wanted = WantedTags.of(node);
        if (tagged == null ? !wanted.isEmpty() : !tagged.wanted().equals(wanted)) {
            tag(computer, wanted);
        }
    }

    /** Nodes can be replaced without anybody being told, such as by Configuration as Code. */
    void check() {
        for (Computer computer : Jenkins.get().getComputers()) {
            try {
                check(computer);
            } catch (RuntimeException | LinkageError x) { // one agent must not keep the others from their tags
                LOGGER.log(
                        Level.WARNING, x, () -> "Could not check the tags of the agent " + computer.getDisplayName());
            }
        }
    }

    private synchronized void check(Computer computer) {
        if (computer.getChannel() != null) {
            adjust(computer, computer.getNode());
        }
    }

    /** Soon, and once for all settings that are saved together. */
    void checkSoon() {
        if (checkScheduled.compareAndSet(false, true)) {
            Timer.get()
                    .schedule(
                            () -> Computer.threadPoolForRemoting.execute(() -> {
                                checkScheduled.set(false);
                                check();
                            }),
                            SOON_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    /** Whether the agent that holds a lease is still there, still the same machine, and still to have the tag. */
    boolean isWanted(Lease lease) {
        String name = Util.fixNull(lease.holder().node());
        Node node = name.isEmpty() ? Jenkins.get() : Jenkins.get().getNode(name);
        if (!WantedTags.of(node).contains(lease.tag().value())) {
            return false;
        }
        Computer computer = node.toComputer();
        return computer == null || !isForOtherMachine(computer, lease.machine(), lease.tag());
    }

    /** Finds what no event reported, every so often. */
    @Extension
    public static final class Check extends AsyncPeriodicWork {

        private static final long EVERY = TimeUnit.MINUTES.toMillis(10);

        public Check() {
            super("Defender tags of agents");
        }

        @Override
        public long getRecurrencePeriod() {
            return EVERY;
        }

        @Override
        protected void execute(TaskListener listener) {
            AgentTags.get().check();
        }
    }

    @Extension
    public static final class Wanted implements AgentLeases {

        @Override
        public boolean isWanted(Lease lease) {
            return AgentTags.get().isWanted(lease);
        }
    }

    @Extension
    public static final class Connections extends ComputerListener {

        @Override
        public void onOnline(Computer computer, TaskListener listener) {
            AgentTags.get().connected(computer);
        }

        @Override
        public void onOffline(Computer computer, @CheckForNull OfflineCause cause) {
            AgentTags.get().disconnected(computer);
        }
    }

    @Extension
    public static final class Nodes extends NodeListener {

        @Override
        protected void onUpdated(Node before, Node now) {
            if (before.getNodeName().equals(now.getNodeName())) {
                AgentTags.get().changed(now);
            } else {
                AgentTags.get().deleted(before); // it connects anew, under its new name
            }
        }

        @Override
        protected void onDeleted(Node node) {
            AgentTags.get().deleted(node);
        }
    }

    /** An agent whose configuration is changed in place, such as the built-in node's, is only saved; as are the rules. */
    @Extension
    public static final class Saves extends SaveableListener {

        @Override
        public void onChange(Saveable saved, XmlFile file) {
            if (saved instanceof Node node) {
                AgentTags.get().changed(node);
            } else if (saved instanceof DefenderConfiguration) {
                AgentTags.get().checkSoon();
            }
        }
    }
}
