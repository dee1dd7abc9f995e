package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
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
    private final QueueTimer timer;
    private final Supplier<QueueSettings> settings;

    private final Queue<QueuedCall.Turn> turns = new ArrayDeque<>();
    private final RateLimiter limiter = new RateLimiter();
    private int callsUnderWay;
    private long pausedUntil;
    private DefenderException pauseReason;
    private int pausesInARow;
    private boolean wakeUpScheduled;
    private long wakeUpAt;

    CallScheduler(DefenderClient client, Executor executor, QueueTimer timer, Supplier<QueueSettings> settings) {
        this.client = client;
        this.executor = executor;
        this.timer = timer;
        this.settings = settings;
        pausedUntil = timer.nanoTime();
    }

    QueueSettings settings() {
        return settings.get();
    }

    QueueTimer timer() {
        return timer;
    }

    /** Adds a turn to the line; no call is made before the next start. */
    synchronized void enqueue(QueuedCall.Turn turn) {
        turns.add(turn);
    }

    /** Adds a turn to the line, starts the calls that can be made, and returns at once. */
    void add(QueuedCall.Turn turn) {
        enqueue(turn);
        start();
    }

    /** As {@link #add(QueuedCall.Turn)}, after a delay. */
    void addAfter(Duration delay, QueuedCall.Turn turn) {
        if (delay.isZero()) {
            add(turn);
        } else {
            timer.schedule(() -> add(turn), delay);
        }
    }

    /** Starts the calls that can be made, and returns at once. */
    void start() {
        for (QueuedCall.Turn next = next(); next != null; next = next()) {
            QueuedCall.Turn turn = next;
            executor.execute(() -> take(turn));
        }
    }

    /** As {@link #start()}, but the calling thread makes the first call and blocks meanwhile. */
    void dispatch() {
        QueuedCall.Turn mine = next();
        if (mine != null) {
            start();
            take(mine);
        }
    }

    /** Returns the turn whose call is to be made now, or null; then a later start is ensured. */
    private synchronized QueuedCall.Turn next() {
        if (turns.isEmpty() || callsUnderWay >= CALLS_AT_ONCE) {
            return null;
        }
        long now = timer.nanoTime();
        long wait = Math.max(pausedUntil - now, limiter.waitFor(settings().limits(), callsUnderWay, now));
        if (wait > 0) {
            wakeUpIn(wait, now);
            return null;
        }
        callsUnderWay++;
        return turns.remove();
    }

    private void wakeUpIn(long wait, long now) {
        if (wait == RateLimiter.UNTIL_ONE_ENDS || wakeUpScheduled && wakeUpAt - (now + wait) <= 0) {
            return;
        }
        wakeUpScheduled = true;
        wakeUpAt = now + wait;
        timer.schedule(this::wakeUp, Duration.ofNanos(wait));
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
            finish(called);
        }
    }

    /** @return whether Defender was called */
    private boolean make(QueuedCall call) {
        boolean called = false;
        try {
            client.signIn(call.registration());
            called = true;
            call.send();
            resetPauses();
        } catch (DefenderException failure) {
            RetryPolicy policy = RetryPolicy.of(settings());
            RetryState state = call.retryState();
            if (!policy.shouldRetry(state, failure)) {
                call.fail(failure);
            } else if (!called || failure.kind() == Kind.THROTTLED) {
                // Without a token nothing can be sent, and a 429 is about all calls.
                pause(policy, failure);
                call.retry(Duration.ZERO, failure);
            } else {
                call.retry(policy.delay(state.failures() + 1, failure), failure);
            }
        } catch (Throwable failure) { // whoever waits must be notified, whatever it is
            call.fail(failure);
        }
        return called;
    }

    private void finish(boolean called) {
        synchronized (this) {
            callsUnderWay--;
            if (called) {
                limiter.ended(settings().limits(), timer.nanoTime());
            }
        }
        start();
    }

    private synchronized void resetPauses() {
        pausesInARow = 0;
    }

    private synchronized void pause(RetryPolicy policy, DefenderException failure) {
        long now = timer.nanoTime();
        if (pausedUntil - now <= 0) {
            pausesInARow++; // calls that fail together count once
        }
        long until = now + policy.delay(pausesInARow, failure).toNanos();
        if (until - pausedUntil > 0) {
            pausedUntil = until;
            pauseReason = failure;
        }
    }

    /** What keeps calls from being made at the moment, or null if nothing does but other calls. */
    @CheckForNull
    synchronized WaitStatus waitStatus() {
        long now = timer.nanoTime();
        if (pausedUntil - now > 0) {
            return new WaitStatus(
                    WaitStatus.Reason.PAUSE,
                    pauseReason.kind() == Kind.THROTTLED
                            ? "Defender, which asked for a pause (HTTP 429)"
                            : "Defender to become available again: " + pauseReason.getMessage(),
                    in(pausedUntil - now));
        }
        RateLimit limit = limiter.tightest(settings().limits(), callsUnderWay, now);
        if (limit == null) {
            return null;
        }
        long wait = limiter.waitFor(settings().limits(), callsUnderWay, now);
        return new WaitStatus(
                WaitStatus.Reason.LIMIT,
                "Defender's limit of " + limit + " for all builds",
                wait == RateLimiter.UNTIL_ONE_ENDS ? null : in(wait));
    }

    private static Instant in(long nanos) {
        return Instant.now().plusNanos(nanos);
    }
}
