package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Saveable;
import hudson.model.TaskListener;
import hudson.model.listeners.SaveableListener;
import hudson.slaves.ComputerListener;
import hudson.slaves.OfflineCause;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import jenkins.model.Jenkins;
import jenkins.model.NodeListener;

/**
 * Gives each connected agent the tags of its {@link AgentTagsProperty}, and takes them away when the agent is no more. An
 * agent that is only offline keeps them. Thread-safe; there is one for each controller.
 */
@Extension
public final class AgentTags {

    /** By the agent's name: of those that are connected and have tags. */
    private final Map<String, AgentTagging> taggings = new ConcurrentHashMap<>();

    @NonNull
    static AgentTags get() {
        return ExtensionList.lookupSingleton(AgentTags.class);
    }

    /** What is known of an agent's tags since it was connected; null if it is to have none, or was not connected. */
    @CheckForNull
    AgentTagging of(@NonNull Computer computer) {
        return taggings.get(computer.getName());
    }

    /** An agent may be another machine each time. */
    synchronized void connected(@NonNull Computer computer) {
        tag(computer, computer.getNode());
    }

    private void tag(Computer computer, @CheckForNull Node node) {
        AgentTagsProperty property = AgentTagsProperty.of(node);
        stop(computer.getName());
        if (property == null) {
            release(computer.getName());
            return;
        }
        AgentTagging tagging = new AgentTagging(computer, node, property);
        taggings.put(computer.getName(), tagging);
        tagging.start();
    }

    private void stop(String agent) {
        AgentTagging before = taggings.remove(agent);
        if (before != null) {
            before.stop();
        }
    }

    private static void release(String agent) {
        Leases.get().releaseNow(Lease.Block.ofAgent(agent).id(), AgentTagging::logForJenkins);
    }

    synchronized void disconnected(@NonNull Computer computer) {
        stop(computer.getName());
    }

    synchronized void deleted(@NonNull Node node) {
        stop(node.getNodeName());
        release(node.getNodeName());
    }

    /** An agent has another configuration, or is saved with the same. */
    synchronized void changed(@NonNull Node node) {
        Computer computer = node.toComputer();
        if (computer != null && computer.getChannel() != null) {
            adjust(computer, node);
        } else if (AgentTagsProperty.of(node) == null) {
            release(node.getNodeName());
        }
    }

    private void adjust(Computer computer, @CheckForNull Node node) {
        AgentTagging tagging = of(computer);
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

    @Extension
    public static final class Connections extends ComputerListener {

        @Override
        public void onOnline(Computer computer, TaskListener listener) {
            AgentTags.get().connected(computer);
        }

        @Override
        public void onOffline(@NonNull Computer computer, @CheckForNull OfflineCause cause) {
            AgentTags.get().disconnected(computer);
        }
    }

    @Extension
    public static final class Nodes extends NodeListener {

        @Override
        protected void onUpdated(@NonNull Node before, @NonNull Node now) {
            if (before.getNodeName().equals(now.getNodeName())) {
                AgentTags.get().changed(now);
            } else {
                AgentTags.get().deleted(before); // it connects anew, under its new name
            }
        }

        @Override
        protected void onDeleted(@NonNull Node node) {
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
