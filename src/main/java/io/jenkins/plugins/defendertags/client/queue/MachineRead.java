package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.FilterForm;
import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A read of one or more machines, wanted by one or more callers. Reads of the same kind that wait together share a list call.
 * Guarded by the queue's lock once it is submitted.
 *
 * @param <A> the answer
 */
public abstract class MachineRead<A> implements BatchCall.Item {

    /** Reads that may share list calls. */
    public interface Kind {

        /** The filters to try if several reads share a call; none if each needs a call of its own. */
        List<FilterForm> forms();

        /** By these keys a machine belongs to the reads that have one of them. */
        Collection<?> keysOf(Machine machine);
    }

    /** What the machines of an answer come from. */
    public enum Source {
        /** A call for this read alone. */
        OWN_CALL,
        /** A list call with a filter for several reads. */
        SHARED_CALL,
        /** The list of all machines. */
        INVENTORY,
        /** The beginning of that list, which was not read to its end. */
        PART_OF_INVENTORY
    }

    /** What comes of an answer. */
    public sealed interface Outcome<A> permits Done, Failed, Again {}

    /** The read is done. */
    public record Done<A>(A answer) implements Outcome<A> {}

    /** The read failed for good. */
    public record Failed<A>(Throwable failure) implements Outcome<A> {}

    /** Another call is needed. */
    public record Again<A>() implements Outcome<A> {}

    private final AppRegistration registration;
    private final Kind kind;
    private final List<CompletableFuture<A>> wantedBy = new ArrayList<>(1);
    private RetryState retryState = RetryState.NONE;

    protected MachineRead(AppRegistration registration, Kind kind) {
        this.registration = registration;
        this.kind = kind;
    }

    /** Equal reads of one kind have the same answer. */
    protected abstract Object identity();

    /** The keys of the machines that it wants; see {@link Kind#keysOf}. */
    protected abstract Collection<?> keys();

    /** The list to read by a call of its own. */
    protected abstract MachineListQuery query();

    /** Its part in the filter of a shared call, or null if it needs a call of its own. */
    @CheckForNull
    protected abstract String clause(FilterForm form);

    /**
     * A call was answered.
     *
     * @param machines those that have one of its keys
     * @param ownCallAllowed whether it may ask for a call of its own, which is the exception after a shared call
     */
    protected abstract Outcome<A> answered(Source source, Collection<Machine> machines, boolean ownCallAllowed);

    /** A call of its own failed for good. */
    protected Outcome<A> failed(DefenderException failure) {
        return new Failed<>(failure);
    }

    @Override
    public final AppRegistration registration() {
        return registration;
    }

    final Kind kind() {
        return kind;
    }

    /** Whether it can share a call. */
    final boolean isShareable() {
        return !kind.forms().isEmpty() && clause(kind.forms().get(0)) != null;
    }

    ListScan scan() {
        return new ListScan(
                registration, query(), machine -> kind.keysOf(machine).stream().anyMatch(keys()::contains));
    }

    final CompletableFuture<A> newCaller() {
        CompletableFuture<A> answer = new CompletableFuture<>();
        wantedBy.add(answer);
        return answer;
    }

    final void leave(CompletableFuture<?> answer) {
        wantedBy.remove(answer);
    }

    final boolean isWanted() {
        return !wantedBy.isEmpty();
    }

    /** Takes over the callers of an equal read. */
    @SuppressWarnings("unchecked") // equal reads have answers of one type
    final void join(MachineRead<?> equal) {
        wantedBy.addAll(((MachineRead<A>) equal).wantedBy);
    }

    @Override
    public final RetryState retryState() {
        return retryState;
    }

    final void setRetryState(RetryState state) {
        retryState = state;
    }

    /**
     * Applies what came of an answer.
     *
     * @return what to run without the lock, or null if another call is needed
     */
    @CheckForNull
    final Runnable apply(Outcome<A> outcome) {
        List<CompletableFuture<A>> answers = List.copyOf(wantedBy);
        if (outcome instanceof Done<A> done) {
            return () -> answers.forEach(answer -> answer.complete(done.answer()));
        } else if (outcome instanceof Failed<A> failed) {
            return () -> answers.forEach(answer -> answer.completeExceptionally(failed.failure()));
        }
        return null;
    }

    @CheckForNull
    final Runnable applyAnswer(Source source, Collection<Machine> machines, boolean ownCallAllowed) {
        return apply(answered(source, machines, ownCallAllowed));
    }

    @CheckForNull
    final Runnable applyFailure(Throwable failure) {
        return apply(failure instanceof DefenderException known ? failed(known) : new Failed<>(failure));
    }
}
