package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.Environment;
import hudson.model.listeners.RunListener;

/**
 * The end of a build that is aborted while its {@link DefenderTagWrapper} tears down. The other wrappers must see the interrupt and
 * still get their turn, but a thread that stays interrupted cannot save the build: every file it opens fails. So after the last
 * wrapper the interrupt becomes an exception, as if Jenkins had been waiting at that moment.
 */
final class InterruptedTearDown extends Environment {

    private volatile boolean interrupted;

    private InterruptedTearDown() {}

    /** Environments are torn down in reverse order, and those of listeners are set up before any wrapper. */
    @Extension
    public static final class Listener extends RunListener<AbstractBuild<?, ?>> {

        @Override
        public Environment setUpEnvironment(AbstractBuild build, Launcher launcher, BuildListener listener) {
            return new InterruptedTearDown();
        }
    }

    /** Keeps the interrupt of the current thread, for as long as wrappers of the build tear down. */
    static void keepInterrupt(AbstractBuild<?, ?> build) {
        Thread.currentThread().interrupt();
        InterruptedTearDown last = find(build);
        if (last != null) {
            last.interrupted = true;
        }
    }

    @CheckForNull
    private static InterruptedTearDown find(AbstractBuild<?, ?> build) {
        return build.getEnvironments().get(InterruptedTearDown.class);
    }

    @Override
    public boolean tearDown(AbstractBuild build, BuildListener listener) throws InterruptedException {
        if (interrupted && Thread.interrupted()) {
            throw new InterruptedException();
        }
        return true;
    }
}
