package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.WaitStatus;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

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
    private final Consumer<String> log;
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

    private String line;
    private RemovalAttempts attempts;

    /** @param leases the ended leases of one tag in one spelling on one machine */
    TagRemoval(List<Lease> leases, Consumer<String> log, Instant start) {
        this.leases = leases;
        this.log = log;
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
            if (machine.isAfter(change())) {
                line = TagAction.REMOVE.describe(lease.tag(), describe(machine));
                return Conclusion.GONE;
            }
            return failed(lease.attempts().refused(start, STILL_LISTED));
        }
        Problem reason = Troubleshooting.problem(problem);
        Kind kind = problem instanceof DefenderException refused ? refused.kind() : null;
        if (kind != null && PASSING.contains(kind)) {
            return failed(lease.attempts().delayed(start, reason));
        }
        if (kind != null && REFUSALS.contains(kind) && !looked) {
            return Conclusion.LOOK;
        }
        if (seen != null && !seen.tags().contains(lease.tag().value())) {
            line = describe(seen) + ", and " + lease.quotedTag() + " is not among them";
            return Conclusion.GONE;
        }
        if (kind != Kind.NOT_FOUND || !unknown) {
            return failed(lease.attempts().refused(start, reason));
        }
        RemovalAttempts next = lease.attempts().machineUnknown(start, reason);
        if (next.isMachineGone(now)) {
            line = lease.describeMachine() + " is not in Defender any more, and neither is its tag "
                    + lease.quotedTag();
            return Conclusion.GONE;
        }
        return failed(next);
    }

    private Conclusion failed(RemovalAttempts now) {
        attempts = now;
        line = "Could not remove " + lease.quotedTag() + " from " + lease.describeMachine() + ": "
                + Objects.requireNonNull(now.problem()).message() + " Jenkins tries again, for "
                + RemovalAttempts.TRIED_FOR.toDays()
                + " days; see Manage Jenkins > Defender tags to remove.";
        return Conclusion.FAILED;
    }

    /** The attempts with this one; after it has failed. */
    RemovalAttempts attempts() {
        return attempts;
    }

    /** Whether the next attempt is due at once, because this one waited for so long; after it has failed. */
    boolean isDueAgain(Instant now) {
        return lease.failed(attempts).isDue(now);
    }

    /** Tells the log what came of it. */
    void report() {
        log.accept(line);
    }

    /** For the build that asked for the tag. */
    TagRecord record(Instant now) {
        TagRecord.Builder record = new TagRecord.Builder(lease.id(), TagAction.REMOVE, lease.tag())
                .machine(lease.machine(), lease.machineName())
                .node(lease.holder().node())
                .credential(lease.credential().id(), lease.credential().cloud())
                .cost(pending == null ? 0 : pending.calls(), now.toEpochMilli() - start.toEpochMilli());
        Machine answer = machine == null ? seen : machine;
        return attempts == null && answer != null
                ? record.succeeded(answer, effect())
                : record.failed(Troubleshooting.problem(problem == null ? new IllegalStateException(line) : problem));
    }

    private ChangeEffect effect() {
        return machine == null ? ChangeEffect.ALREADY_SO : pending.effect();
    }

    private static String describe(Machine machine) {
        String tags = machine.tags().stream()
                .map(tag -> SingleLine.of(tag, Tag.MAX_LENGTH))
                .collect(Collectors.joining(", "));
        return machine + ": " + (tags.isEmpty() ? "no tags" : tags);
    }
}
