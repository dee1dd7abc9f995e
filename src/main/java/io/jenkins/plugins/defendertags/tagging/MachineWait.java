package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jenkins.util.Timer;

/** Has a tagging ask again for machines that Defender does not know yet, ever less often, and not for ever. Holds no thread. */
public final class MachineWait {

    /** Before the second question; doubled each time up to the longest. */
    public static Duration firstPause = Duration.ofSeconds(30);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private static final int SHOWN = 20_000;

    private final Instant end;
    private final CompletableFuture<?> outcome;
    private final Consumer<String> log;
    private Duration pause = firstPause;
    private boolean announced;

    /**
     * @param outcome of the tagging: once it is there, nothing is asked
     * @param log takes a line when the wait begins
     */
    MachineWait(Instant end, CompletableFuture<?> outcome, Consumer<String> log) {
        this.end = end;
        this.outcome = outcome;
        this.log = log;
    }

    /**
     * Returns at once.
     *
     * @param again run by a timer's thread after a pause
     * @return what it waits for, for people; null if the time is over
     */
    @CheckForNull
    String waitFor(List<MachineName> unknown, Runnable again) {
        Duration rest = Duration.between(Instant.now(), end);
        if (rest.isNegative() || rest.isZero()) {
            return null;
        }
        String machines = shown(unknown);
        String remaining = Util.getTimeSpanString((rest.toSeconds() + 1) * 1000);
        if (!announced) {
            announced = true;
            log.accept("Defender does not know " + machines + " yet: waiting up to " + remaining);
        }
        Duration next = shorter(pause, rest);
        pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
        var timer = Timer.get().schedule(again, next.toMillis(), TimeUnit.MILLISECONDS);
        outcome.whenComplete((results, problem) -> timer.cancel(false));
        return "waiting up to " + remaining + " for Defender to know " + machines;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static String shown(List<MachineName> machines) {
        String first = machines.stream().limit(3).map(MachineName::toString).collect(Collectors.joining(", "));
        return SingleLine.of(machines.size() > 3 ? first + " and " + (machines.size() - 3) + " more" : first, SHOWN);
    }
}
