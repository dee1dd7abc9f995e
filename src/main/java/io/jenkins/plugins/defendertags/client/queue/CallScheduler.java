package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Makes the calls of one app registration, whatever they are for, one turn after the other: keeps to the limits, pauses for
 * all of them when Defender says so, and decides what is repeated and when. Nobody holds a thread while waiting.
 * Thread-safe; calls {@link QueuedCall.Turn} without holding a lock.
 */
final class CallScheduler {

    private final DefenderClient client;
    private final Executor executor;
    private final QueueTimer timer;
    private final Supplier<QueueSettings> settings;

    private final Deque<QueuedCall.Turn> turns = new ArrayDeque<>();
    private final RateLimiter limiter = new RateLimiter();
    private final CallsUnderWay underWay = new CallsUnderWay();
    private final QueuePause pause;
    /** Calls that Defender has answered so far, with whatever result. */
    private long answers;

    private long throttled;
    private long failedSignIns;

    private boolean wakeUpScheduled;
    private long wakeUpAt;

    private record Started(QueuedCall.Turn turn, long at) {}

    CallScheduler(DefenderClient client, Executor executor, QueueTimer timer, Supplier<QueueSettings> settings) {
        this.client = client;
        this.executor = executor;
        this.timer = timer;
        this.settings = settings;
        pause = new QueuePause(timer.nanoTime());
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
        for (Started next = next(); next != null; next = next()) {
            Started started = next;
            executor.execute(() -> take(started));
        }
    }

    /** As {@link #start()}, but the calling thread makes the first call and blocks meanwhile. */
    void dispatch() {
        Started mine = next();
        if (mine != null) {
            start();
            take(mine);
        }
    }

    /** Returns the turn whose call is to be made now, or null; then a later start is ensured. */
    @CheckForNull
    private synchronized Started next() {
        if (turns.isEmpty()) {
            return null;
        }
        long now = timer.nanoTime();
        long wait = Math.max(
                underWay.waitFor(pause.isProbing(), now),
                Math.max(pause.remaining(now), limiter.waitFor(settings().limits(), underWay.count(), now)));
        QueuedCall.Turn next = null;
        if (wait <= 0) {
            wait = Long.MAX_VALUE;
            for (Iterator<QueuedCall.Turn> line = turns.iterator(); next == null && line.hasNext(); ) {
                QueuedCall.Turn turn = line.next();
                long turnWaits = turn.waitFor(pause.isProbing(), now);
                if (turnWaits <= 0) {
                    line.remove();
                    next = turn;
                } else {
                    wait = Math.min(wait, turnWaits);
                }
            }
        }
        if (next == null) {
            wakeUpIn(wait, now);
            return null;
        }
        underWay.started(now);
        return new Started(next, now);
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

    private void take(Started started) {
        boolean called = false;
        try {
            QueuedCall call = started.turn().take(isProbing());
            if (call != null) {
                called = make(call);
            }
        } finally {
            finish(started, called);
        }
    }

    private synchronized boolean isProbing() {
        return pause.isProbing();
    }

    /** @return whether Defender was called */
    private boolean make(QueuedCall call) {
        boolean called = false;
        try {
            if (signIn(call)) {
                called = true;
                call.send();
                answered();
            }
        } catch (DefenderException failure) {
            handle(failure, call, called);
        } catch (Throwable failure) { // whoever waits must be notified, whatever it is
            call.fail(failure);
        }
        return called;
    }

    /** @return whether anything is left to send */
    private boolean signIn(QueuedCall call) throws DefenderException {
        boolean left = true;
        for (AppRegistration registration : call.registrations()) {
            try {
                client.signIn(registration);
            } catch (DefenderException failure) {
                countFailedSignIn();
                if (RetryPolicy.shouldRetry(call.retryState(), failure)) {
                    throw failure;
                }
                left = call.refuse(registration, failure);
            }
        }
        return left;
    }

    private void handle(DefenderException failure, QueuedCall call, boolean called) {
        if (failure.kind() == Kind.THROTTLED) {
            countThrottled();
        }
        RetryState state = call.retryState();
        boolean retry = RetryPolicy.shouldRetry(state, failure) && call.isRepeatable(failure);
        if (called && RetryPolicy.isAnswer(failure)) {
            answered();
        }
        boolean own = called && state.othersWereAnswered(answers());
        // Without a token nothing can be sent, and a 429 or an outage is about all calls.
        boolean forAll = !called || failure.kind() == Kind.THROTTLED || RetryPolicy.isOutage(failure) && !own;
        if (forAll && (retry || RetryPolicy.isOutage(failure))) {
            pause(failure);
        }
        if (retry) {
            RetryState now = state.after(failure, answers());
            Duration delay = forAll ? Duration.ZERO : RetryPolicy.of(settings()).delay(now.failures(), failure);
            call.retry(failure, delay, answers());
        } else {
            call.fail(failure);
        }
    }

    private synchronized void countThrottled() {
        throttled++;
    }

    private synchronized void countFailedSignIn() {
        failedSignIns++;
    }

    /** The figures of its calls, with those of what waits for a turn. */
    synchronized QueueFigures figures(int waiting, Duration oldestWait) {
        long now = timer.nanoTime();
        int calls = underWay.count();
        return new QueueFigures(
                settings().limits().stream()
                        .map(limit -> new QueueFigures.LimitUse(limit, limiter.used(limit, calls, now)))
                        .toList(),
                waiting,
                oldestWait,
                throttled,
                failedSignIns);
    }

    private void finish(Started started, boolean called) {
        synchronized (this) {
            underWay.ended(started.at());
            if (called) {
                limiter.ended(settings().limits(), timer.nanoTime());
            }
        }
        start();
    }

    private synchronized void answered() {
        answers++;
        pause.answered();
    }

    private synchronized long answers() {
        return answers;
    }

    private synchronized void pause(DefenderException failure) {
        pause.begin(failure, settings(), timer.nanoTime());
    }

    /**
     * The error for what is not done by its deadline.
     *
     * @param last error of its own attempts; if it had none, an outage may have kept it from any
     */
    synchronized DefenderException deadlineExceeded(@CheckForNull DefenderException last, Duration deadline) {
        return DefenderException.deadlineExceeded(last == null ? pause.outage() : last, deadline);
    }

    /** What keeps calls from being made at the moment, or null if nothing does but other calls. */
    @CheckForNull
    synchronized WaitStatus waitStatus() {
        long now = timer.nanoTime();
        WaitStatus paused = pause.waitStatus(now);
        if (paused != null) {
            return paused;
        }
        RateLimit limit = limiter.tightest(settings().limits(), underWay.count(), now);
        if (limit == null) {
            return null;
        }
        long wait = limiter.waitFor(settings().limits(), underWay.count(), now);
        return new WaitStatus(
                WaitStatus.Reason.LIMIT,
                "Defender's limit of " + limit + " for all builds",
                wait == RateLimiter.UNTIL_ONE_ENDS ? null : Instant.now().plusNanos(wait));
    }
}
