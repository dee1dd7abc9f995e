package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.WaitStatus;
import io.jenkins.plugins.defendertags.record.ChangeReport;
import io.jenkins.plugins.defendertags.record.Requester;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.record.TagRecordBuilder;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One attempt to remove one tag from one machine. {@link Removals} drives it, and guards what changes. */
final class TagRemoval {

    /** After these the machine is looked at: whoever may not remove a tag may never have been able to add it. */
    private static final Set<Kind> REFUSALS = EnumSet.of(Kind.FORBIDDEN, Kind.REFUSED, Kind.NOT_FOUND);

    /** Another try soon may help. */
    private static final Set<Kind> PASSING =
            EnumSet.of(Kind.THROTTLED, Kind.UNAVAILABLE, Kind.UNREACHABLE, Kind.NO_ANSWER);

    private static final Problem STILL_LISTED = new Problem(
            "Defender accepted the removal and still lists the tag. It may also be set on the machine itself or by a rule:"
                    + " remove it there.",
            null);

    enum Conclusion {
        /** The tag, or the whole machine, is gone. */
        GONE,
        /** It must be seen whether the machine has the tag. */
        LOOK,
        FAILED
    }

    /** The lease that this acts for: of several, the one that failed least, since the others' credential may be why. */
    private final Lease lease;

    private final List<Lease> leases;
    private final RemovalRequest request;
    private final Instant start;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    AppRegistration registration;
    private boolean cancelled;
    private PendingChange pending;
    /** The answer to the removal: one of the two. */
    private Machine machine;

    private Throwable problem;
    private boolean looked;
    /** The machine as it was seen after a refusal; null if that could not be seen. */
    private Machine seen;

    private boolean unknown;

    /** Set if it failed. */
    private RemovalAttempts attempts;

    /** @param leases the ended leases of one tag in one spelling on one machine */
    TagRemoval(List<Lease> leases, RemovalRequest request, Instant start) {
        this.leases = leases;
        this.request = request;
        this.start = start;
        lease = leases.stream()
                .min(Comparator.comparingInt(each -> each.attempts().count()))
                .orElseThrow();
    }

    Lease lease() {
        return lease;
    }

    List<Lease> leases() {
        return leases;
    }

    TagChange change() {
        return new TagChange(TagAction.REMOVE, lease.tag(), lease.machine());
    }

    /** Completes normally when this attempt has ended, however it did. */
    CompletableFuture<Void> done() {
        return done;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Somebody needs the tag again. What is under way ends before anything else that is sent about the machine. */
    void cancel() {
        cancelled = true;
        if (pending != null) {
            pending.result().cancel(false);
        }
        done.complete(null);
    }

    /** Null if it has not been sent or is over. */
    @CheckForNull
    WaitStatus waitStatus() {
        return pending == null || pending.result().isDone() ? null : pending.waitStatus();
    }

    void sent(PendingChange change) {
        pending = change;
    }

    void answered(@CheckForNull Machine answer, @CheckForNull Throwable failure) {
        machine = answer;
        problem = failure == null ? null : DefenderException.unwrap(failure);
    }

    void looked(@CheckForNull Machine answer, @CheckForNull Throwable failure) {
        looked = true;
        seen = answer;
        unknown = failure != null && DefenderException.isUnknownMachine(failure);
    }

    /** What the answers so far mean. */
    Conclusion conclude(Instant now) {
        if (machine != null) {
            return machine.isAfter(change())
                    ? Conclusion.GONE
                    : failed(lease.attempts().refused(start, STILL_LISTED));
        }
        Problem reason = Troubleshooting.problem(problem);
        Kind kind = kind();
        if (kind != null && PASSING.contains(kind)) {
            return failed(lease.attempts().delayed(start, reason));
        }
        if (kind != null && REFUSALS.contains(kind) && !looked) {
            return Conclusion.LOOK;
        }
        if (seen != null && !seen.tags().contains(lease.tag().value())) {
            return Conclusion.GONE;
        }
        if (kind == Kind.NOT_FOUND && seen != null) {
            return failed(lease.attempts().contradicted(start, reason));
        }
        if (kind != Kind.NOT_FOUND || !unknown) {
            return failed(lease.attempts().refused(start, reason));
        }
        RemovalAttempts next = lease.attempts().machineUnknown(start, reason);
        return next.isMachineGone(now) ? Conclusion.GONE : failed(next);
    }

    private Conclusion failed(RemovalAttempts now) {
        attempts = now;
        return Conclusion.FAILED;
    }

    /** The attempts with this one; after it has failed. */
    RemovalAttempts attempts() {
        return attempts;
    }

    /** Whether the next attempt is due at once, because this one waited until its deadline; after it has failed. */
    boolean isDueAgain(Instant now) {
        Instant next = lease.failed(attempts).nextAttempt();
        return next != null && (isRepeatedUntilDeadline(kind()) || !now.isBefore(next));
    }

    /** Whether the queue repeats calls that fail in this way until the deadline of what they are for. */
    private static boolean isRepeatedUntilDeadline(@CheckForNull Kind kind) {
        return kind == Kind.THROTTLED || kind == Kind.UNAVAILABLE || kind == Kind.NO_ANSWER;
    }

    @CheckForNull
    private Kind kind() {
        return problem instanceof DefenderException refused ? refused.kind() : null;
    }

    /**
     * Reports what came of it to whoever asked for the removal, and to the audit log.
     *
     * @param build that asked for the tag; null if it was no build, or the build is gone
     * @return for the build
     */
    TagRecord report(Instant now, @CheckForNull Run<?, ?> build) {
        ChangeReport report = outcome(new TagRecordBuilder(lease.id(), TagAction.REMOVE, lease.tag())
                .machine(lease.machine(), lease.machineName())
                .node(lease.holder().node())
                .requestedBy(build == null ? null : Requester.of(build))
                .credential(lease.credential().id(), lease.credential().cloud())
                .cost(pending == null ? 0 : pending.calls(), now.toEpochMilli() - start.toEpochMilli()));
        request.log().accept(report.line());
        if (attempts == null || !attempts.delayed() || !lease.attempts().delayed()) { // an outage is one line
            report.audit(request.cause(lease));
        }
        return report.record();
    }

    private ChangeReport outcome(TagRecordBuilder change) {
        if (attempts != null) {
            Problem reason = Objects.requireNonNull(attempts.problem());
            return ChangeReport.failed(
                    change,
                    reason,
                    "Could not remove " + lease.quotedTag() + " from " + lease.describeMachine() + ": "
                            + reason.message() + " Jenkins tries again, for " + RemovalAttempts.TRIED_FOR.toDays()
                            + " days; see Manage Jenkins > Defender tags to remove.");
        }
        if (machine != null) {
            return ChangeReport.succeeded(change, machine, pending.effect());
        }
        if (seen != null) {
            return ChangeReport.succeeded(change, seen, ChangeEffect.ALREADY_SO);
        }
        return ChangeReport.failed(
                change,
                Troubleshooting.problem(problem),
                lease.describeMachine() + " is not in Defender any more, and neither is its tag " + lease.quotedTag());
    }
}
