package io.jenkins.plugins.defendertags.leases;

import hudson.model.Computer;
import io.jenkins.plugins.defendertags.support.StatusLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Logger;
import jenkins.util.SystemProperties;

/** The end of one block: its build waits for the removal of its tags for some seconds, and then no longer hears of it. */
final class EndOfBlock {

    private static final Logger LOGGER = Logger.getLogger(EndOfBlock.class.getName());

    /** How long a build waits, in milliseconds. */
    private static final String PATIENCE = EndOfBlock.class.getName() + ".patience";

    private final String holderId;
    private final Consumer<String> buildLog;
    private boolean over;

    EndOfBlock(String holderId, Consumer<String> buildLog) {
        this.holderId = holderId;
        this.buildLog = buildLog;
    }

    /** One line, for the build's log as long as the build waits. After that the audit log has to do. */
    synchronized void log(String line) {
        if (over) {
            LOGGER.fine(line);
        } else {
            buildLog.accept(line);
        }
    }

    /** @return completes normally when the tags were removed, or after some seconds */
    CompletableFuture<Void> await(CompletableFuture<Void> removed) {
        return removed.thenApply(all -> true)
                .completeOnTimeout(false, SystemProperties.getLong(PATIENCE, 10_000L), TimeUnit.MILLISECONDS)
                .thenAcceptAsync(this::end, Computer.threadPoolForRemoting);
    }

    private synchronized void end(boolean inTime) {
        if (!inTime) {
            log(leftTo(LeaseService.get().find(lease -> lease.holder().id().equals(holderId))));
        }
        over = true;
    }

    private String leftTo(List<Lease> left) {
        String what = left.size() == 1
                ? left.get(0).quotedTag() + " from " + left.get(0).describeMachine()
                : left.size() + " tags of this block";
        String wait = LeaseService.get()
                .waitStatus(left)
                .map(status -> " Waiting for " + StatusLog.describe(status).replaceFirst("\\.+$", "") + ".")
                .orElse("");
        return "Jenkins will remove " + what + " later, without this build." + wait
                + " See Manage Jenkins > Defender tags to remove.";
    }
}
