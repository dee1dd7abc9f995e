package io.jenkins.plugins.defendertags.leases;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Item;
import hudson.model.ItemGroup;
import hudson.model.PeriodicWork;
import hudson.model.Run;
import hudson.model.listeners.ItemListener;
import hudson.model.listeners.RunListener;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jenkins.util.SystemProperties;

/** Notifies {@link LeaseService} of what happens in Jenkins. */
final class LeaseEvents {

    private LeaseEvents() {}

    /** Blocks end with their build, also when Pipeline could not report their end. */
    @Extension
    public static final class Builds extends RunListener<Run<?, ?>> {

        @Override
        public void onFinalized(Run<?, ?> build) {
            LeaseService.get().ended(build);
        }
    }

    /** A build is found by the name of its job, and a credential by the name of its folder. Inner items are reported too. */
    @Extension
    public static final class Jobs extends ItemListener {

        @Override
        public void onLocationChanged(Item item, String oldFullName, String newFullName) {
            if (item instanceof ItemGroup) {
                LeaseService.get().movedFolder(oldFullName, newFullName);
            }
            LeaseService.get().movedJob(oldFullName, newFullName);
        }
    }

    /** Every minute: what is due, and the holders that ended while the controller was down. */
    @Extension
    public static final class Retry extends PeriodicWork {

        /** In milliseconds; tests wait less. */
        private static final String PERIOD = Retry.class.getName() + ".period";

        private static final long FIRST = TimeUnit.SECONDS.toMillis(10);

        private final AtomicBoolean running = new AtomicBoolean();

        @Override
        public long getRecurrencePeriod() {
            return SystemProperties.getLong(PERIOD, MIN);
        }

        @Override
        public long getInitialDelay() {
            return Math.min(FIRST, getRecurrencePeriod());
        }

        /** Not by the timer's thread, because builds and credentials may have to be read. */
        @Override
        protected void doRun() {
            if (running.compareAndSet(false, true)) {
                Computer.threadPoolForRemoting.execute(() -> {
                    try {
                        LeaseService.get().retryDue();
                    } finally {
                        running.set(false);
                    }
                });
            }
        }
    }
}
