package io.jenkins.plugins.defendertags.support;

import hudson.model.Computer;
import io.jenkins.plugins.defendertags.client.queue.WaitStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jenkins.util.SystemProperties;
import jenkins.util.Timer;

/**
 * Writes to a build's log what an operation waits for, each thing once and only if it takes some time, and from time to time
 * how far a long list of machines is.
 */
public final class StatusLog {

    /** Between two looks, in milliseconds, and so between two lines at the least. */
    private static final String INTERVAL = StatusLog.class.getName() + ".interval";

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final Supplier<WaitStatus> waiting;
    private final Supplier<Progress> progress;
    private final Consumer<String> log;
    private final CompletableFuture<?> end;
    private final Set<WaitStatus.Reason> written = EnumSet.noneOf(WaitStatus.Reason.class);
    private Progress last = new Progress(0, 0);
    private long lastTime = System.nanoTime();

    private StatusLog(
            Supplier<WaitStatus> waiting, Supplier<Progress> progress, Consumer<String> log, CompletableFuture<?> end) {
        this.waiting = waiting;
        this.progress = progress;
        this.log = log;
        this.end = end;
    }

    /**
     * @param waiting what is waited for, or null if nothing
     * @param progress how far the operation is
     * @param end until when to write
     */
    public static void start(
            Supplier<WaitStatus> waiting, Supplier<Progress> progress, Consumer<String> log, CompletableFuture<?> end) {
        new StatusLog(waiting, progress, log, end).lookLater();
    }

    /** The same for an operation of one change. */
    public static void start(Supplier<WaitStatus> waiting, Consumer<String> log, CompletableFuture<?> end) {
        start(waiting, () -> new Progress(0, 1), log, end);
    }

    private void lookLater() {
        ScheduledFuture<?> look = Timer.get()
                .schedule(
                        () -> Computer.threadPoolForRemoting.execute(this::look), // writing a log can block
                        SystemProperties.getLong(INTERVAL, 10_000L),
                        TimeUnit.MILLISECONDS);
        end.whenComplete((result, failure) -> look.cancel(false));
    }

    private synchronized void look() {
        WaitStatus wait = waiting.get();
        if (wait != null && written.add(wait.reason())) {
            log.accept("Waiting for " + describe(wait));
        }
        Progress now = progress.get();
        if (now.isWorthALine(last, Duration.ofNanos(System.nanoTime() - lastTime))) {
            last = now;
            lastTime = System.nanoTime();
            log.accept(now.toString());
        }
        lookLater();
    }

    /** As it reads after "waiting for"; times are the controller's. */
    public static String describe(WaitStatus waiting) {
        Instant until = waiting.until();
        return until == null
                ? waiting.what()
                : waiting.what() + ", until "
                        + CLOCK.format(until.plusSeconds(1).atZone(ZoneId.systemDefault()));
    }
}
