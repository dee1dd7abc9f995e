package io.jenkins.plugins.defendertags.support;

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
import jenkins.util.Timer;

/** Tells a build's log what it waits for: each thing once, and only if it takes some time. */
public final class WaitingLog {

    private static final Duration FIRST_LOOK = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final Supplier<WaitStatus> waiting;
    private final Consumer<String> log;
    private final CompletableFuture<?> end;
    private final Set<WaitStatus.Reason> told = EnumSet.noneOf(WaitStatus.Reason.class);

    private WaitingLog(Supplier<WaitStatus> waiting, Consumer<String> log, CompletableFuture<?> end) {
        this.waiting = waiting;
        this.log = log;
        this.end = end;
    }

    /**
     * @param waiting what is waited for, or null if nothing
     * @param end until when to tell
     */
    public static void start(Supplier<WaitStatus> waiting, Consumer<String> log, CompletableFuture<?> end) {
        new WaitingLog(waiting, log, end).lookAfter(FIRST_LOOK);
    }

    private void lookAfter(Duration pause) {
        ScheduledFuture<?> look = Timer.get().schedule(() -> look(pause), pause.toMillis(), TimeUnit.MILLISECONDS);
        end.whenComplete((result, problem) -> look.cancel(false));
    }

    private void look(Duration pause) {
        WaitStatus now = waiting.get();
        if (now != null && told.add(now.reason())) {
            log.accept("Waiting for " + describe(now));
        }
        Duration twice = pause.multipliedBy(2);
        lookAfter(twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE);
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
