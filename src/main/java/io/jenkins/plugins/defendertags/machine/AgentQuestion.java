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
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.security.MasterToSlaveCallable;

/**
 * A question that an agent's process has been asked. The answer is the agent's claim: whoever reads it distrusts it.
 * Thread-safe; any number of threads may wait for the one answer.
 */
final class AgentQuestion {

    /** Longer than a {@link SensorProbe} gives its programs, so that a slow program is told from a silent agent. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** In characters. An honest answer has less; how much of a dishonest one arrives is up to Jenkins' remoting. */
    static final int LONGEST_ANSWER = 128 << 10;

    private static final Logger LOGGER = Logger.getLogger(AgentQuestion.class.getName());

    private final String agent;
    private final String what;
    private final Future<String> answer;

    /**
     * Asks and returns at once.
     *
     * @param what the question is about, for messages such as "The agent build-07 is offline and cannot tell its …"
     * @throws AbortException if the agent is going offline
     */
    AgentQuestion(
            String agent, VirtualChannel channel, String what, MasterToSlaveCallable<String, IOException> question)
            throws AbortException {
        this.agent = agent;
        this.what = what;
        try {
            answer = channel.callAsync(question);
        } catch (IOException x) {
            throw failed(x);
        }
    }

    /**
     * @param computer null if the build is on no agent at the moment
     * @throws AbortException if it is, with a message that says what to do
     */
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

    /** @throws AbortException if there is no connection to the agent, with a message that says what to do */
    static VirtualChannel channel(Computer computer, String what) throws AbortException {
        VirtualChannel channel = computer.getChannel();
        if (channel == null) {
            throw new DocumentedAbortException(
                    ErrorCode.NO_SENSOR,
                    "The agent " + computer.getDisplayName() + " is offline and cannot tell its " + what
                            + ". Name a machine, or try again.",
                    new ClosedChannelException());
        }
        return channel;
    }

    String agent() {
        return agent;
    }

    /**
     * Waits for the answer. When one thread's patience is at its end, the question is taken back from the agent, for all.
     *
     * @return null or anything else, for all that is known
     * @throws AbortException if none came, or far too much, with a message that says what to do
     */
    @CheckForNull
    String answer(Duration patience) throws AbortException, InterruptedException {
        try {
            String text = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (text != null && text.length() > LONGEST_ANSWER) {
                throw new DocumentedAbortException(
                        ErrorCode.NO_SENSOR,
                        "The agent " + agent + " was asked for its " + what + " and answered with " + text.length()
                                + " characters, which is no answer. Check the agent, or name a machine.");
            }
            return text;
        } catch (TimeoutException | CancellationException x) {
            answer.cancel(true);
            throw new DocumentedAbortException(
                    ErrorCode.NO_SENSOR,
                    "The agent " + agent + " did not tell its " + what + " within " + patience.toSeconds()
                            + " s. Check the agent, or name a machine.");
        } catch (InterruptedException x) {
            answer.cancel(true);
            throw x;
        } catch (ExecutionException x) {
            throw failed(x);
        }
    }

    private AbortException failed(Exception x) {
        LOGGER.log(Level.FINE, x, () -> agent + " did not tell its " + what);
        AbortException error = new DocumentedAbortException(
                ErrorCode.NO_SENSOR,
                "The agent " + agent + " could not be asked for its " + what + ": " + SingleLine.of(x.getMessage(), 300)
                        + " Check the agent, or name a machine.");
        if (Stream.iterate((Throwable) x, Objects::nonNull, Throwable::getCause)
                .anyMatch(
                        cause -> cause instanceof RequestAbortedException || cause instanceof ChannelClosedException)) {
            error.initCause(new ClosedChannelException()); // remoting's own exceptions cannot all be saved
        }
        return error;
    }
}
