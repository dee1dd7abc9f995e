package io.jenkins.plugins.defendertags.machine;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.remoting.ChannelClosedException;
import hudson.remoting.Future;
import hudson.remoting.RequestAbortedException;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.support.DocumentedAbortException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.security.MasterToSlaveCallable;
import jenkins.util.Timer;

/**
 * Something that an agent's process is asked. No thread waits for the answer; one thread for each connection sends the
 * question, because sending blocks when the agent's process is frozen. Whoever asks while the same question is under way
 * shares its answer. The answer is the agent's claim: whoever reads it distrusts it. Thread-safe.
 */
final class AgentCall {

    /** Longer than a {@link SensorProbe} gives its programs, so that a slow program is told from a silent agent. */
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** In characters. An honest answer has less; how much of a dishonest one arrives is up to Jenkins' remoting. */
    static final int LONGEST_ANSWER = 128 << 10;

    private static final Logger LOGGER = Logger.getLogger(AgentCall.class.getName());

    /** Remoting offers no callback, so its futures are polled: often at first, because most agents answer at once. */
    private static final long FIRST_POLL_MILLIS = 5;

    private static final long LAST_POLL_MILLIS = 250;

    /** Calls whose question has not been answered or not even been sent, by connection and by what they ask. */
    private static final Map<VirtualChannel, Map<String, AgentCall>> UNDER_WAY = new WeakHashMap<>();

    private final String agent;
    private final String what;
    private final Duration timeout;
    private final CompletableFuture<String> answer = new CompletableFuture<>();
    private final CompletableFuture<Future<String>> sent = new CompletableFuture<>();

    private AgentCall(String agent, String what, Duration timeout) {
        this.agent = agent;
        this.what = what;
        this.timeout = timeout;
    }

    /**
     * Asks and returns at once.
     *
     * @param what the question is about, for messages such as "The agent build-07 is offline and cannot report its …"
     * @return null or anything else, for all that is known; an {@link AbortException} if no answer came within the time
     *     limit, or far too much, with a message that says what to do. It is completed by a thread that may block.
     */
    static CompletableFuture<String> ask(
            Computer computer, String what, MasterToSlaveCallable<String, IOException> question) {
        return ask(computer, what, question, TIMEOUT);
    }

    static CompletableFuture<String> ask(
            Computer computer, String what, MasterToSlaveCallable<String, IOException> question, Duration timeout) {
        VirtualChannel channel = computer.getChannel();
        if (channel == null) {
            return CompletableFuture.failedFuture(new DocumentedAbortException(
                    ErrorCode.NO_SENSOR,
                    "The agent " + computer.getDisplayName() + " is offline and cannot report its " + what
                            + ". Name a machine, or try again.",
                    new ClosedChannelException()));
        }
        AgentCall call = new AgentCall(computer.getDisplayName(), what, timeout);
        synchronized (UNDER_WAY) {
            Map<String, AgentCall> ofChannel = UNDER_WAY.computeIfAbsent(channel, key -> new HashMap<>());
            AgentCall present = ofChannel.get(what);
            if (present != null && !present.isOver()) {
                return present.answer.copy();
            }
            ofChannel.put(what, call);
        }
        CompletableFuture.allOf(call.answer, call.sent).whenComplete((done, problem) -> {
            synchronized (UNDER_WAY) {
                UNDER_WAY.getOrDefault(channel, Map.of()).remove(what, call);
            }
        });
        call.start(channel, question);
        return call.answer.copy();
    }

    /** A call that was given up goes on until its question is sent, so that a frozen agent holds one thread only. */
    private boolean isOver() {
        return answer.isDone() && sent.isDone();
    }

    private void start(VirtualChannel channel, MasterToSlaveCallable<String, IOException> question) {
        var end = Timer.get().schedule(this::giveUp, timeout.toMillis(), TimeUnit.MILLISECONDS);
        answer.whenComplete((text, problem) -> end.cancel(false));
        Computer.threadPoolForRemoting.execute(() -> {
            try {
                Future<String> pending = channel.callAsync(question);
                sent.complete(pending);
                if (answer.isDone()) {
                    pending.cancel(true);
                } else {
                    poll(pending, FIRST_POLL_MILLIS);
                }
            } catch (IOException | RuntimeException | LinkageError x) {
                sent.completeExceptionally(x);
                answer.completeExceptionally(failed(x));
            }
        });
    }

    private void poll(Future<String> pending, long pause) {
        if (answer.isDone()) {
            return;
        }
        if (pending.isDone()) {
            Computer.threadPoolForRemoting.execute(() -> finish(pending));
        } else {
            long next = Math.min(pause + pause / 4, LAST_POLL_MILLIS);
            Timer.get().schedule(() -> poll(pending, next), pause, TimeUnit.MILLISECONDS);
        }
    }

    private void finish(Future<String> done) {
        try {
            String text = done.get();
            if (text != null && text.length() > LONGEST_ANSWER) {
                answer.completeExceptionally(new DocumentedAbortException(
                        ErrorCode.NO_SENSOR,
                        "The agent " + agent + " was asked for its " + what + " and answered with " + text.length()
                                + " characters, which is no answer. Check the agent, or name a machine."));
            } else {
                answer.complete(text);
            }
        } catch (ExecutionException | CancellationException x) {
            answer.completeExceptionally(failed(x));
        } catch (InterruptedException x) {
            answer.completeExceptionally(failed(x));
            Thread.currentThread().interrupt();
        }
    }

    private void giveUp() {
        if (answer.isDone()) {
            return;
        }
        Computer.threadPoolForRemoting.execute(() -> {
            answer.completeExceptionally(new DocumentedAbortException(
                    ErrorCode.NO_SENSOR,
                    "The agent " + agent + " did not report its " + what + " within " + timeout.toSeconds()
                            + " s. Check the agent, or name a machine."));
            sent.thenAccept(pending -> pending.cancel(true));
        });
    }

    private AbortException failed(Throwable x) {
        LOGGER.log(Level.FINE, x, () -> agent + " did not report its " + what);
        AbortException error = new DocumentedAbortException(
                ErrorCode.NO_SENSOR,
                "The agent " + agent + " could not be asked for its " + what + ": " + SingleLine.of(x.getMessage(), 300)
                        + " Check the agent, or name a machine.");
        if (Stream.iterate(x, Objects::nonNull, Throwable::getCause)
                .anyMatch(
                        cause -> cause instanceof RequestAbortedException || cause instanceof ChannelClosedException)) {
            error.initCause(new ClosedChannelException()); // remoting's own exceptions cannot all be saved
        }
        return error;
    }

    /** @throws AbortException if a build is on no agent, with a message that says what to do */
    static Computer require(@CheckForNull Computer computer) throws AbortException {
        if (computer == null) {
            throw new DocumentedAbortException(
                    ErrorCode.NO_AGENT,
                    "No machine is named and the step runs on no agent. Name one with machine: '…', or put the step into a"
                            + " node block or into the steps of a Declarative stage. The options of a stage run before"
                            + " its own agent is allocated.");
        }
        return computer;
    }
}
