package io.jenkins.plugins.defendertags.client;

import edu.umd.cs.findbugs.annotations.NonNull;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A call that changes nothing. It stands in the queue by itself, where a {@link TagQueue}'s changes are merged. */
final class LookUp<T> implements QueuedCall, QueuedCall.Turn {

    /** One call of the API. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws DefenderException;
    }

    private final CallQueue calls;
    private final AppRegistration registration;
    private final Question<T> question;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private volatile Attempts attempts = Attempts.NONE;

    private LookUp(CallQueue calls, AppRegistration registration, Question<T> question) {
        this.calls = calls;
        this.registration = registration;
        this.question = question;
    }

    /** The answer, or a {@link DefenderException}; cancelling it takes the question out of the queue. */
    @NonNull
    static <T> CompletableFuture<T> start(
            @NonNull CallQueue calls, @NonNull AppRegistration registration, @NonNull Question<T> question) {
        LookUp<T> lookUp = new LookUp<>(calls, registration, question);
        Duration deadline = calls.settings().deadline();
        Deadlines.Deadline end = calls.deadlines()
                .start(deadline, () -> lookUp.fail(DefenderException.deadlineOver(lookUp.attempts.last(), deadline)));
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
    public Attempts attempts() {
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
