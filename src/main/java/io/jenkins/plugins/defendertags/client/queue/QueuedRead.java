package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.http.Deadlines;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A call that changes nothing. It stands in the queue by itself, where a {@link TagQueue}'s changes are merged. */
final class QueuedRead<T> implements QueuedCall, QueuedCall.Turn {

    /** One call of the API. */
    @FunctionalInterface
    public interface Question<T> {
        T ask() throws DefenderException;
    }

    private final CallScheduler calls;
    private final AppRegistration registration;
    private final Question<T> question;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private volatile RetryPolicy attempts = RetryPolicy.NONE;

    private QueuedRead(CallScheduler calls, AppRegistration registration, Question<T> question) {
        this.calls = calls;
        this.registration = registration;
        this.question = question;
    }

    /** The answer, or a {@link DefenderException}; cancelling it takes the question out of the queue. */
    static <T> CompletableFuture<T> start(CallScheduler calls, AppRegistration registration, Question<T> question) {
        QueuedRead<T> lookUp = new QueuedRead<>(calls, registration, question);
        Duration deadline = calls.settings().deadline();
        Deadlines.Deadline end = calls.deadlines()
                .start(
                        deadline,
                        () -> lookUp.fail(DefenderException.deadlineExceeded(lookUp.attempts.last(), deadline)));
        lookUp.answer.whenComplete((value, problem) -> end.met());
        calls.add(lookUp);
        return lookUp.answer;
    }

    @Override
    public QueuedCall take() {
        return answer.isDone() ? null : this;
    }

    @Override
    public AppRegistration registration() {
        return registration;
    }

    @Override
    public RetryPolicy attempts() {
        return attempts;
    }

    @Override
    public void make() throws DefenderException {
        answer.complete(question.ask());
    }

    @Override
    public void repeatAfter(Duration pause, DefenderException problem) {
        attempts = attempts.and(problem);
        calls.addAfter(pause, this);
    }

    @Override
    public void fail(Throwable problem) {
        answer.completeExceptionally(problem);
    }
}
