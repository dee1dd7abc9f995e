package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
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
    void connected(@NonNull Computer computer) {
        tag(computer, computer.getNode());
    }

    private void tag(Computer computer, @CheckForNull Node node) {
        String name = computer.getName();
        AgentTagsProperty property = AgentTagsProperty.of(node);
        AgentTagging tagging = property == null ? null : new AgentTagging(computer, node, property);
        AgentTagging before = tagging == null ? taggings.remove(name) : taggings.put(name, tagging);
        if (before != null) {
            before.stop();
        }
        if (tagging != null) {
            tagging.start();
        } else {
            release(name);
        }
    }

    void disconnected(@NonNull Computer computer) {
        AgentTagging before = taggings.remove(computer.getName());
        if (before != null) {
            before.stop();
        }
    }

    void deleted(@NonNull Node node) {
        AgentTagging before = taggings.remove(node.getNodeName());
        if (before != null) {
            before.stop();
        }
        release(node.getNodeName());
    }

    private static void release(String node) {
        Leases.get().releaseNow(Lease.Block.ofAgent(node).id(), AgentTagging::logForJenkins);
    }

    void changed(@NonNull Node before, @NonNull Node now) {
        if (!before.getNodeName().equals(now.getNodeName())) {
            deleted(before); // it connects anew, under its new name
            return;
        }
        Computer computer = now.toComputer();
        if (computer != null && computer.getChannel() != null) {
            adjust(computer, now);
        } else if (AgentTagsProperty.of(now) == null) {
            release(now.getNodeName());
        }
    }

    private void adjust(Computer computer, Node node) {
        AgentTagging tagging = of(computer);
        if (!Objects.equals(tagging == null ? null : tagging.wish(), AgentTagsProperty.Wish.of(node))) {
            tag(computer, node);
        }
    }

    /** Nodes can be replaced without anybody being told, such as by Configuration as Code. */
    void check() {
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
            AgentTags.get().changed(before, now);
        }

        @Override
        protected void onDeleted(@NonNull Node node) {
            AgentTags.get().deleted(node);
        }
    }
}
