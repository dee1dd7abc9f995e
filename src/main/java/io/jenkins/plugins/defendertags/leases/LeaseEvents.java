package io.jenkins.plugins.defendertags.leases;

import hudson.Extension;
import hudson.model.AsyncPeriodicWork;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.listeners.ItemListener;
import hudson.model.listeners.RunListener;
import java.util.concurrent.TimeUnit;

/** What {@link LeaseService} need to hear of. */
final class LeaseEvents {

    private LeaseEvents() {}

    /** Blocks end with their build, also when Pipeline could not tell them. */
    @Extension
    public static final class Builds extends RunListener<Run<?, ?>> {

        @Override
        public void onFinalized(Run<?, ?> build) {
            LeaseService.get().ended(build);
        }
    }

    /** A build is found by the name of its job. */
    @Extension
    public static final class Jobs extends ItemListener {

        @Override
        public void onLocationChanged(Item item, String oldFullName, String newFullName) {
            LeaseService.get().moved(oldFullName, newFullName);
        }
    }

    /** Soon after the start of the controller, for the builds that it was too late for, and every so often. */
    @Extension
    public static final class Sweep extends AsyncPeriodicWork {

        private static final long FIRST = TimeUnit.SECONDS.toMillis(10);
        private static final long EVERY = TimeUnit.MINUTES.toMillis(10);

        public Sweep() {
            super("Defender tags to remove");
        }

        @Override
        public long getRecurrencePeriod() {
            return EVERY;
        }

        @Override
        public long getInitialDelay() {
            return FIRST;
        }

        @Override
        protected void execute(TaskListener listener) {
            LeaseService.get().sweep();
        }
    }
}
