package io.jenkins.plugins.defendertags.agents;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.model.AsyncPeriodicWork;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Saveable;
import hudson.model.TaskListener;
import hudson.model.listeners.SaveableListener;
import hudson.slaves.ComputerListener;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.defendertags.leases.AgentLeases;
import io.jenkins.plugins.defendertags.leases.Lease;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import jenkins.model.NodeListener;

/**
 * Gives each connected agent the tags of its {@link AgentTagsProperty}, and takes them away when the agent is no more. An
 * agent that is only offline keeps them. Thread-safe; there is one for each controller.
 */
@Extension
public final class AgentTags {

    /** By the agent's name: of those that are connected and have tags. */
    private final Map<String, AgentTagOperation> taggings = new ConcurrentHashMap<>();

    static AgentTags get() {
        return ExtensionList.lookupSingleton(AgentTags.class);
    }

    /** What is known of an agent's tags since it was connected; null if it is to have none, or was not connected. */
    @CheckForNull
    AgentTagOperation of(Computer computer) {
        return taggings.get(computer.getName());
    }

    /** An agent may be another machine each time. */
    synchronized void connected(Computer computer) {
        tag(computer, computer.getNode());
    }

    private void tag(Computer computer, @CheckForNull Node node) {
        AgentTagsProperty property = AgentTagsProperty.of(node);
        stop(computer.getName());
        if (property == null) {
            release(computer.getName());
            return;
        }
        AgentTagOperation tagging = new AgentTagOperation(computer, node, property);
        taggings.put(computer.getName(), tagging);
        tagging.start();
    }

    private void stop(String agent) {
        AgentTagOperation before = taggings.remove(agent);
        if (before != null) {
            before.stop();
        }
    }

    private static void release(String agent) {
        LeaseService.get().releaseAgent(agent);
    }

    synchronized void disconnected(Computer computer) {
        stop(computer.getName());
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
        } else if (AgentTagsProperty.of(node) == null) {
            release(node.getNodeName());
        }
    }

    private void adjust(Computer computer, @CheckForNull Node node) {
        AgentTagOperation tagging = of(computer);
        if (!Objects.equals(tagging == null ? null : tagging.wish(), AgentTagsProperty.Wish.of(node))) {
            tag(computer, node);
        }
    }

    /** Nodes can be replaced without anybody being told, such as by Configuration as Code. */
    synchronized void check() {
        for (Computer computer : Jenkins.get().getComputers()) {
            if (computer.getChannel() != null) {
                adjust(computer, computer.getNode());
            }
        }
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

    /** Leases of agents are for {@link AgentTagsProperty} to decide on. */
    @Extension
    public static final class Wanted implements AgentLeases {

        @Override
        public boolean isWanted(Lease lease) {
            return AgentTagsProperty.isWanted(lease);
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

    /** An agent whose configuration is changed in place, such as the built-in node's, is only saved. */
    @Extension
    public static final class Saves extends SaveableListener {

        @Override
        public void onChange(Saveable saved, XmlFile file) {
            if (saved instanceof Node node) {
                AgentTags.get().changed(node);
            }
        }
    }
}
