package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.http.Deadlines;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Makes the calls of one app registration, whatever they are for, one turn after the other: keeps to the limits, pauses for
 * all of them when Defender says so, and decides what is repeated and when. Nobody holds a thread while waiting.
 * Thread-safe; calls {@link QueuedCall.Turn} without holding a lock.
 */
final class CallScheduler {

    /**
     * Enough for 100 calls a minute, as long as an answer takes less than 1.2 seconds. More would only cost calls: what
     * comes while all are under way is merged.
     */
    static final int CALLS_AT_ONCE = 2;

    private final DefenderClient client;
    private final Executor executor;
    private final ScheduledExecutorService timer;
    private final Supplier<QueueSettings> settings;

    private final Deadlines deadlines;
    private final Queue<QueuedCall.Turn> turns = new ArrayDeque<>();
    private final RateLimiter budget = new RateLimiter();
    private int underWay;
    private long pausedUntil = System.nanoTime();
    private DefenderException pausedBecause;
    private int pausesInARow;
    private boolean wakeUpScheduled;
    private long wakeUpAt;

    CallScheduler(
            DefenderClient client,
            Executor executor,
            ScheduledExecutorService timer,
            Supplier<QueueSettings> settings) {
        this.client = client;
        this.executor = executor;
        this.timer = timer;
        this.settings = settings;
        deadlines = new Deadlines(timer);
    }

    QueueSettings settings() {
        return settings.get();
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    /** Of whatever stands in the queue. */
    Deadlines deadlines() {
        return deadlines;
    }

    /** Queues someone up; no call is made before the next start. */
    synchronized void enqueue(QueuedCall.Turn turn) {
        turns.add(turn);
    }

    /** Queues someone up, has the calls made that can be made, and returns at once. */
    void add(QueuedCall.Turn turn) {
        enqueue(turn);
        start();
    }

    /** As {@link #add(QueuedCall.Turn)}, after some time. */
    void addAfter(Duration pause, QueuedCall.Turn turn) {
        if (pause.isZero()) {
            add(turn);
        } else {
            timer.schedule(() -> add(turn), pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Has the calls made that can be made, and returns at once. */
    void start() {
        for (QueuedCall.Turn next = next(); next != null; next = next()) {
            QueuedCall.Turn turn = next;
            executor.execute(() -> take(turn));
        }
    }

    /** The same, but the calling thread makes the first call: that saves a change of threads, and is as good. */
    void startHere() {
        QueuedCall.Turn mine = next();
        if (mine != null) {
            start();
            take(mine);
        }
    }

    /** Whose call is to be made now, or null; sees to it that somebody asks again when there is room. */
    private synchronized QueuedCall.Turn next() {
        if (turns.isEmpty() || underWay >= CALLS_AT_ONCE) {
            return null;
        }
        long now = System.nanoTime();
        long wait = Math.max(pausedUntil - now, budget.waitFor(settings().limits(), underWay, now));
        if (wait > 0) {
            wakeUpIn(wait, now);
            return null;
        }
        underWay++;
        return turns.remove();
    }

    private void wakeUpIn(long wait, long now) {
        if (wait == RateLimiter.UNTIL_ONE_ENDS || wakeUpScheduled && wakeUpAt - (now + wait) <= 0) {
            return;
        }
        wakeUpScheduled = true;
        wakeUpAt = now + wait;
        timer.schedule(this::wakeUp, wait, TimeUnit.NANOSECONDS);
    }

    private void wakeUp() {
        synchronized (this) {
            wakeUpScheduled = false;
        }
        start();
    }

    private void take(QueuedCall.Turn turn) {
        boolean called = false;
        try {
            QueuedCall call = turn.take();
            if (call != null) {
                called = make(call);
            }
        } finally {
            ended(called);
        }
    }

    /** @return whether Defender was called */
    private boolean make(QueuedCall call) {
        boolean called = false;
        try {
            client.signIn(call.registration());
            called = true;
            call.make();
            goOn();
        } catch (DefenderException problem) {
            RetryPolicy attempts = call.attempts();
            if (attempts.isWorthRepeating(problem)) {
                // Without a token nothing can be sent, and a 429 is about all calls.
                boolean forAll = !called || problem.kind() == Kind.THROTTLED;
                Duration pause =
                        forAll ? pause(problem) : attempts.pause(settings().firstPause(), problem);
                call.repeatAfter(forAll ? Duration.ZERO : pause, problem);
            } else {
                call.fail(problem);
            }
        } catch (Throwable problem) { // whoever waits must hear of it, whatever it is
            call.fail(problem);
        }
        return called;
    }

    private void ended(boolean called) {
        synchronized (this) {
            underWay--;
            if (called) {
                budget.ended(settings().limits(), System.nanoTime());
            }
        }
        start();
    }

    private synchronized void goOn() {
        pausesInARow = 0;
    }

    private synchronized Duration pause(DefenderException problem) {
        long now = System.nanoTime();
        if (pausedUntil - now <= 0) {
            pausesInARow++; // calls that fail together count once
        }
        Duration pause =
                new RetryPolicy(pausesInARow - 1, false, null).pause(settings().firstPause(), problem);
        if (now + pause.toNanos() - pausedUntil > 0) {
            pausedUntil = now + pause.toNanos();
            pausedBecause = problem;
        }
        return pause;
    }

    /** What keeps calls from being made at the moment, or null if nothing does but other calls. */
    @CheckForNull
    synchronized WaitStatus waiting() {
        long now = System.nanoTime();
        if (pausedUntil - now > 0) {
            return new WaitStatus(
                    WaitStatus.Reason.PAUSE,
                    pausedBecause.kind() == Kind.THROTTLED
                            ? "Defender, which asked for a pause (HTTP 429)"
                            : "the end of a problem: " + pausedBecause.getMessage(),
                    in(pausedUntil - now));
        }
        RateLimit limit = budget.tightest(settings().limits(), underWay, now);
        if (limit == null) {
            return null;
        }
        long wait = budget.waitFor(settings().limits(), underWay, now);
        return new WaitStatus(
                WaitStatus.Reason.LIMIT,
                "Defender's limit of " + limit + " for all builds",
                wait == RateLimiter.UNTIL_ONE_ENDS ? null : in(wait));
    }

    private static Instant in(long nanos) {
        return Instant.now().plusNanos(nanos);
    }
}
