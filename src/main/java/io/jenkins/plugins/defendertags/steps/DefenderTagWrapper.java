package io.jenkins.plugins.defendertags.steps;

import hudson.AbortException;
import hudson.Extension;
import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.BuildListener;
import hudson.model.Node;
import hudson.model.Result;
import hudson.tasks.BuildWrapper;
import hudson.tasks.BuildWrapperDescriptor;
import io.jenkins.plugins.defendertags.leases.TagBlock;
import io.jenkins.plugins.defendertags.tagging.BuildVariables;
import io.jenkins.plugins.defendertags.tagging.OnError;
import io.jenkins.plugins.defendertags.tagging.TagRequest;
import io.jenkins.plugins.defendertags.tagging.TagRequestParser;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** A freestyle build with tags: the Pipeline step's parameters, in which {@code ${VARIABLES}} of the build are replaced. */
public final class DefenderTagWrapper extends BuildWrapper {

    private final WithDefenderTagStep block;

    @DataBoundConstructor
    public DefenderTagWrapper(WithDefenderTagStep block) {
        this.block = block;
        // Job DSL sets an empty list where a script names none.
        if (List.of().equals(block.getValues())) {
            block.setValues(null);
        }
        if (List.of().equals(block.getMachines())) {
            block.setMachines(null);
        }
    }

    public WithDefenderTagStep getBlock() {
        return block;
    }

    @Override
    public Environment setUp(AbstractBuild build, Launcher launcher, BuildListener listener)
            throws IOException, InterruptedException {
        String id = UUID.randomUUID().toString();
        List<TagRequest> requests =
                new TagRequestParser(new BuildVariables(build, build.getEnvironment(listener))).parseBlock(block);
        Node node = build.getBuiltOn();
        TagBlock added = TagBlock.add(id, requests, build, node == null ? null : node.toComputer(), listener);
        try {
            String problem = added.outcome().get();
            if (problem != null && requests.get(0).onError() == OnError.UNSTABLE) {
                build.setResult(Result.UNSTABLE);
            }
        } catch (InterruptedException x) {
            added.cancel();
            TagBlock.remove(id, listener);
            throw x;
        } catch (ExecutionException x) {
            remove(id, listener);
            if (x.getCause() instanceof AbortException expected) {
                throw expected;
            }
            throw new IOException("The Defender tag could not be added", x.getCause());
        }
        return new Environment() {
            @Override
            public boolean tearDown(AbstractBuild ended, BuildListener log) {
                try {
                    remove(id, log);
                } catch (InterruptedException x) {
                    // Jenkins removes the tag without the build; the other wrappers are still to tear down.
                    InterruptedTearDown.keepInterrupt(ended);
                }
                return true;
            }
        };
    }

    private static void remove(String id, BuildListener listener) throws InterruptedException {
        try {
            TagBlock.remove(id, listener).get();
        } catch (ExecutionException x) {
            throw new IllegalStateException(x); // it never fails
        }
    }

    @Extension
    @Symbol("withDefenderTag")
    public static final class DescriptorImpl extends BuildWrapperDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.DefenderTagWrapper_DisplayName();
        }

        @Override
        public boolean isApplicable(AbstractProject<?, ?> item) {
            return true;
        }
    }
}
