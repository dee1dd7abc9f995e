package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One call for several items of a group, which may differ in how they sign in. */
abstract class BatchCall<T extends BatchCall.Item> implements QueuedCall {

    /** What a call is about. */
    interface Item {

        AppRegistration registration();

        /** The attempts so far. */
        RetryState retryState();
    }

    private final CallGroup<T> group;
    private final Object lock;
    private List<T> items;
    private boolean ended;

    /** @param lock guards the items */
    BatchCall(CallGroup<T> group, List<T> items, Object lock) {
        this.group = group;
        this.items = items;
        this.lock = lock;
    }

    /** Only the thread that makes the call may use it. */
    final List<T> items() {
        return items;
    }

    @Override
    public final Set<AppRegistration> registrations() {
        if (items.size() == 1) {
            return Set.of(items.get(0).registration());
        }
        Set<AppRegistration> registrations = new LinkedHashSet<>();
        items.forEach(item -> registrations.add(item.registration()));
        return registrations;
    }

    @Override
    public final boolean refuse(AppRegistration registration, Throwable failure) {
        List<T> refused = items.stream()
                .filter(item -> item.registration().equals(registration))
                .toList();
        items = items.stream().filter(item -> !refused.contains(item)).toList();
        if (items.isEmpty()) {
            end();
        }
        refuse(registration, refused, failure);
        return !items.isEmpty();
    }

    /** Fails these items and all that wait for the same sign-in, which would be refused as well. */
    abstract void refuse(AppRegistration registration, List<T> items, Throwable failure);

    @Override
    public final RetryState retryState() {
        synchronized (lock) {
            return items.stream().map(Item::retryState).reduce(RetryState.NONE, RetryState::worse);
        }
    }

    /** The call is back; its answer is applied next. Returns whether this is the first time. */
    final boolean end() {
        boolean first = !ended;
        if (first) {
            ended = true;
            group.callEnded();
        }
        return first;
    }
}
