package io.jenkins.plugins.defendertags.support;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jenkins.util.Timer;

/** Tells a build's log from time to time how far a long list of machines is. */
public final class ProgressLog {

    /** Between two looks, and so between two lines at the least. */
    public static Duration pause = Duration.ofSeconds(10);

    private final Supplier<Progress> progress;
    private final Consumer<String> log;
    private final CompletableFuture<?> end;
    private Progress told = new Progress(0, 0);
    private long toldAt = System.nanoTime();

    private ProgressLog(Supplier<Progress> progress, Consumer<String> log, CompletableFuture<?> end) {
        this.progress = progress;
        this.log = log;
        this.end = end;
    }

    /** @param end until when to tell */
    public static void start(Supplier<Progress> progress, Consumer<String> log, CompletableFuture<?> end) {
        new ProgressLog(progress, log, end).lookLater();
    }

    private void lookLater() {
        ScheduledFuture<?> look = Timer.get().schedule(this::look, pause.toMillis(), TimeUnit.MILLISECONDS);
        end.whenComplete((result, problem) -> look.cancel(false));
    }

    private synchronized void look() {
        Progress now = progress.get();
        if (now.isWorthALine(told, Duration.ofNanos(System.nanoTime() - toldAt))) {
            told = now;
            toldAt = System.nanoTime();
            log.accept(now.toString());
        }
        lookLater();
    }
}
