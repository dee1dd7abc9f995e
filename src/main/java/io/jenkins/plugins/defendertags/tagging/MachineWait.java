package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Computer;
import io.jenkins.plugins.defendertags.client.model.Backoff;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jenkins.util.SystemProperties;
import jenkins.util.Timer;

/** The pauses of an operation that waits for machines that Defender does not know yet. Holds no thread. */
final class MachineWait {

    /** Before the second look, in milliseconds; doubled each time up to the longest. */
    private static final String FIRST_PAUSE = MachineWait.class.getName() + ".firstPause";

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final int SHOWN = 20_000;

    private final Instant end;
    private final CompletableFuture<?> outcome;
    private final Consumer<String> log;
    private final Backoff backoff =
            new Backoff(Duration.ofMillis(SystemProperties.getLong(FIRST_PAUSE, 30_000L)), LONGEST_PAUSE);
    private int pauses;
    private boolean announced;
    private volatile String status = "";

    /**
     * @param outcome of the operation: once it is complete, the wait is over
     * @param log takes a line when the wait begins
     */
    MachineWait(Instant end, CompletableFuture<?> outcome, Consumer<String> log) {
        this.end = end;
        this.outcome = outcome;
        this.log = log;
    }

    /** What it waits for, for people; "" before the first pause. */
    String status() {
        return status;
    }

    /**
     * Returns at once.
     *
     * @param deadline of the operation, which the pause comes on top of
     * @return completes after a pause, on a thread that may block, and is cancelled if the operation ends before; null if there is no time left to wait
     */
    @CheckForNull
    synchronized CompletableFuture<Void> pauseFor(OperationDeadline deadline, List<MachineName> unknown) {
        Duration rest = Duration.between(Instant.now(), end);
        if (rest.isNegative() || rest.isZero()) {
            status = "";
            return null;
        }
        String machines = shorten(unknown);
        String remaining = Util.getTimeSpanString((rest.toSeconds() + 1) * 1000);
        if (!announced) {
            announced = true;
            log.accept("Defender does not know " + machines + " yet: waiting up to " + remaining);
        }
        status = "waiting up to " + remaining + " for Defender to know " + machines;
        pauses++;
        Duration next = min(backoff.delay(pauses), rest);
        deadline.extend(next);
        CompletableFuture<Void> over = new CompletableFuture<>();
        var timer = Timer.get()
                .schedule(
                        () -> Computer.threadPoolForRemoting.execute(() -> over.complete(null)),
                        next.toMillis(),
                        TimeUnit.MILLISECONDS);
        outcome.whenComplete((results, failure) -> {
            if (timer.cancel(false)) {
                over.cancel(false);
            }
        });
        return over;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static String shorten(List<MachineName> machines) {
        String first = machines.stream().limit(3).map(MachineName::toString).collect(Collectors.joining(", "));
        return SingleLine.of(machines.size() > 3 ? first + " and " + (machines.size() - 3) + " more" : first, SHOWN);
    }
}
