package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A call that changes nothing and is not merged with others. */
final class QueuedRead<T> implements QueuedCall, QueuedCall.Turn {

    /** One call of the API. */
    @FunctionalInterface
    public interface Request<T> {
        T send() throws DefenderException;
    }

    private final CallScheduler calls;
    private final AppRegistration registration;
    private final Request<T> request;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private volatile RetryState retryState = RetryState.NONE;

    private QueuedRead(CallScheduler calls, AppRegistration registration, Request<T> request) {
        this.calls = calls;
        this.registration = registration;
        this.request = request;
    }

    /** Returns the answer, or a {@link DefenderException}. Cancelling it takes the call out of the line. */
    static <T> CompletableFuture<T> start(CallScheduler calls, AppRegistration registration, Request<T> request) {
        QueuedRead<T> read = new QueuedRead<>(calls, registration, request);
        calls.add(read);
        new Deadlines(calls).start(read.answer, () -> read.retryState.last());
        return read.answer;
    }

    @Override
    public QueuedCall take(boolean probe) {
        return answer.isDone() ? null : this;
    }

    @Override
    public Set<AppRegistration> registrations() {
        return Set.of(registration);
    }

    @Override
    public boolean refuse(AppRegistration refused, Throwable failure) {
        fail(failure);
        return false;
    }

    @Override
    public RetryState retryState() {
        return retryState;
    }

    @Override
    public void send() throws DefenderException {
        answer.complete(request.send());
    }

    @Override
    public void retry(DefenderException failure, Duration delay, long answers) {
        retryState = retryState.after(failure, answers);
        calls.addAfter(delay, this);
    }

    @Override
    public void fail(Throwable failure) {
        answer.completeExceptionally(failure);
    }
}
