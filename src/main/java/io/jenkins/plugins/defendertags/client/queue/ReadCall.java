package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.queue.MachineRead.Source;
import java.time.Duration;
import java.util.List;

/** The call, or one call after the other for each page of a list, that answers some reads. */
final class ReadCall extends BatchCall<MachineRead<?>> implements QueuedCall.Turn {

    private final ReadQueue queue;
    private final Source source;
    private final ReadForm.Attempt attempt;
    private final int listCalls;
    private final ListScan scan;

    /** @param listCalls how many calls with a filter the reads would take */
    ReadCall(
            ReadQueue queue,
            ReadGroup group,
            List<MachineRead<?>> reads,
            Source source,
            ReadForm.Attempt attempt,
            int listCalls) {
        super(group, reads, queue);
        this.queue = queue;
        this.source = source;
        this.attempt = attempt;
        this.listCalls = listCalls;
        scan = source == Source.OWN_CALL
                ? reads.get(0).scan()
                : new ListScan(
                        reads.get(0).registration(),
                        queue.query(source, attempt, reads),
                        new ReadAnswer(reads)::isWanted);
    }

    /** The turn of the next page. */
    @Override
    @CheckForNull
    public QueuedCall take(boolean probe) {
        synchronized (queue) {
            if (items().stream().anyMatch(MachineRead::isWanted)) {
                return this;
            }
        }
        end();
        return null;
    }

    @Override
    public boolean isRepeatable(DefenderException failure) {
        if (!scan.isRepeatable(failure)) {
            return false;
        }
        // What fails while other calls are answered may be the filter; a read of its own is tried until its deadline.
        return source == Source.OWN_CALL
                || failure.kind() != Kind.NOT_UNDERSTOOD
                        && !(RetryPolicy.isOutage(failure) && retryState().failures() > 0);
    }

    @Override
    public void send() throws DefenderException {
        scan.readPage(queue.client());
        if (scan.isComplete()) {
            answered(source);
        } else if (source == Source.INVENTORY && scan.pages() >= listCalls) {
            answered(Source.PART_OF_INVENTORY);
        } else {
            queue.calls().enqueue(this);
        }
    }

    private void answered(Source by) {
        end();
        ReadAnswer answer = new ReadAnswer(items());
        if (by == Source.OWN_CALL) {
            answer.addAll(scan.machines());
        } else {
            answer.add(scan.machines());
        }
        queue.answered(by, answer, scan);
    }

    @Override
    public void retry(DefenderException failure, Duration delay, long answers) {
        synchronized (queue) {
            items().forEach(read -> read.setRetryState(read.retryState().after(failure, answers)));
        }
        if (scan.hasBegun()) {
            queue.calls().addAfter(delay, this);
            return;
        }
        end();
        if (delay.isZero()) {
            queue.requeue(items());
        } else {
            queue.calls().timer().schedule(() -> queue.requeue(items()), delay);
        }
    }

    @Override
    public void fail(Throwable failure) {
        if (scan.shrink(failure)) {
            if (source == Source.INVENTORY
                    && failure instanceof DefenderException known
                    && known.kind() == Kind.TOO_LARGE) {
                queue.pageWasTooLarge(scan);
            }
            queue.calls().enqueue(this);
            return;
        }
        end();
        if (source != Source.OWN_CALL && isRefusalOfForm(failure)) {
            queue.refused(source, attempt, items());
        } else {
            queue.fail(items(), failure);
        }
    }

    @Override
    void refuse(AppRegistration registration, List<MachineRead<?>> reads, Throwable failure) {
        queue.fail(reads, failure);
        queue.failAllOf(registration, failure);
    }

    /** Whether another filter, or fewer machines, may help against a failure of a shared call. */
    private static boolean isRefusalOfForm(Throwable failure) {
        return failure instanceof DefenderException refused
                && switch (refused.kind()) {
                    case REFUSED, NOT_UNDERSTOOD, TOO_LARGE, UNAVAILABLE, NO_ANSWER, NOT_FOUND -> true;
                    default -> false;
                };
    }
}
