package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A change in a {@link TagQueue}, wanted by one or more. Guarded by the queue's lock, except for {@link #calls()}.
 */
final class QueuedChange {

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

    final AppRegistration registration;
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
    /** Set before the change ends. */
    volatile ChangeEffect effect = ChangeEffect.UNKNOWN;

    private final AtomicInteger calls = new AtomicInteger();

    QueuedChange(AppRegistration registration, TagChange change) {
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

    void countCall() {
        calls.incrementAndGet();
    }

    /** How often it was part of a call. */
    int calls() {
        return calls.get();
    }
}
