package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A change in a {@link TagQueue}, wanted by one or more. Guarded by the queue's lock, except for {@link #calls()}.
 */
final class QueuedChange implements BatchCall.Item {

    enum State {
        /** Another change to the same machine comes first. */
        BEHIND,
        /** It may be sent, with others of its group. */
        READY,
        SENDING,
        /** It failed and pauses. */
        PAUSING,
        ENDED
    }

    private final AppRegistration registration;
    final TagChange change;
    private final List<PendingChange> wantedBy = new ArrayList<>(1);
    State state = State.BEHIND;
    RetryState retryState = RetryState.NONE;
    /** The next one to the same machine, or null. */
    QueuedChange next;
    /** In how large a bulk call it may go; halved each time Defender refuses one that it is in. */
    int bulkLimit = DefenderClient.BULK_LIMIT;

    /** Whether an answer showed the machine as it was before. */
    boolean answeredUnchanged;
    /** The effect that it has if it succeeds, as far as was known when it was first sent. */
    private ChangeEffect expected = ChangeEffect.UNKNOWN;
    /** Set before the change ends. */
    private volatile ChangeEffect effect = ChangeEffect.UNKNOWN;

    private final AtomicInteger calls = new AtomicInteger();

    /** When it came into the queue, in the timer's nanoseconds. */
    final long since;

    QueuedChange(AppRegistration registration, TagChange change, long since) {
        this.since = since;
        this.registration = registration;
        this.change = change;
    }

    /** Whether somebody who wants the same may share its outcome: not once it is being sent, for then it may be too old. */
    boolean canBeJoined(AppRegistration otherRegistration, TagChange other) {
        return state != State.SENDING
                && state != State.ENDED
                && change.equals(other)
                && registration.equals(otherRegistration);
    }

    void join(PendingChange pending) {
        wantedBy.add(pending);
        pending.joins(this);
    }

    void leave(PendingChange pending) {
        wantedBy.remove(pending);
    }

    boolean isWanted() {
        return !wantedBy.isEmpty();
    }

    List<PendingChange> wantedBy() {
        return List.copyOf(wantedBy);
    }

    @Override
    public AppRegistration registration() {
        return registration;
    }

    @Override
    public RetryState retryState() {
        return retryState;
    }

    /** The change is part of the next call. */
    void sending(RecentWrites recent) {
        state = State.SENDING;
        ChangeEffect now = recent.sending(change);
        if (calls() == 0) { // later the change may have been made by an earlier attempt
            expected = now;
        }
    }

    void countCall() {
        calls.incrementAndGet();
    }

    /** How often it was part of a call. */
    int calls() {
        return calls.get();
    }

    void succeeded() {
        effect = expected;
    }

    /** Defender refused a change that its machine did not need. */
    void wasNeedless() {
        if (calls() == 1) {
            expected = ChangeEffect.ALREADY_SO;
        }
    }

    ChangeEffect effect() {
        return effect;
    }

    /** @param blocked what keeps calls from being made at the moment, or null */
    WaitStatus waitStatus(@CheckForNull WaitStatus blocked) {
        DefenderException failure = retryState.last();
        return switch (state) {
            case SENDING, ENDED -> new WaitStatus(WaitStatus.Reason.ANSWER, "Defender's answer", null);
            case BEHIND ->
                new WaitStatus(
                        WaitStatus.Reason.TURN,
                        "other changes to the same machine"
                                + (blocked == null ? "" : ", which wait for " + blocked.what()),
                        null);
            case PAUSING ->
                new WaitStatus(
                        WaitStatus.Reason.RETRY,
                        "another try" + (failure == null ? "" : " after: " + failure.getMessage()),
                        null);
            case READY -> blocked == null ? new WaitStatus(WaitStatus.Reason.TURN, "its turn", null) : blocked;
        };
    }

    /** The error if Defender accepts the change and does not make it. */
    DefenderException notChanged() {
        boolean add = change.action() == TagAction.ADD;
        return DefenderException.of(Kind.REFUSED)
                .message("Defender accepted the request twice, but the machine " + change.machine()
                        + (add ? " does not have the tag \"" : " still has the tag \"")
                        + SingleLine.of(change.tag().value(), Tag.MAX_LENGTH) + "\".")
                .remedy(
                        add
                                ? "Check in the Defender portal whether the machine can be tagged, and how many tags it has."
                                : "It was set on the machine itself (registry or mdatp) or by a dynamic rule: remove it there.")
                .errorCode(ErrorCode.TAG_NOT_CHANGED)
                .build();
    }
}
