package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Items that may be sent, and may share a call: their order, their {@link MergeWindow} and their place in the {@link
 * CallScheduler}'s line. Guarded by the lock of the queue that owns it, except for {@link #waitFor}, {@link #take} and
 * {@link #callEnded}.
 */
abstract class CallGroup<T> implements QueuedCall.Turn {

    private final CallScheduler calls;
    private final MergeWindow window = new MergeWindow();
    /** In the order in which they came. */
    private final Set<T> ready = new LinkedHashSet<>();
    /** Their number, for those who do not hold the lock. */
    private volatile int size;

    private boolean inLine;

    CallGroup(CallScheduler calls) {
        this.calls = calls;
    }

    /** Adds an item; nothing is sent before the scheduler is started next. */
    final void add(T item) {
        ready.add(item);
        size = ready.size();
        window.arrived(calls.timer().nanoTime());
        joinLine();
    }

    final void remove(T item) {
        ready.remove(item);
        size = ready.size();
    }

    private void joinLine() {
        if (!inLine) {
            inLine = true;
            calls.enqueue(this);
        }
    }

    /** Iterates over what is ready; items that are removed through the iterator are taken. */
    final Iterator<T> iterator() {
        return ready.iterator();
    }

    /** Ends a turn that has taken these items: what is left waits for another turn. */
    final void taken(List<T> items) {
        size = ready.size();
        inLine = false;
        if (size > 0) {
            joinLine();
        }
        if (!items.isEmpty()) {
            window.started(items.size(), calls.timer().nanoTime());
        }
    }

    /** A call of this group is back. */
    final void callEnded() {
        window.ended();
    }

    final List<T> ready() {
        return List.copyOf(ready);
    }

    final boolean isEmpty() {
        return ready.isEmpty();
    }

    final int size() {
        return size;
    }

    /** Whether it has nothing to send and nothing to remember. */
    final boolean isOver() {
        return ready.isEmpty()
                && !inLine
                && window.isOver(calls.settings().limits(), calls.timer().nanoTime());
    }

    @Override
    public long waitFor(boolean probe, long now) {
        return probe ? 0 : window.waitFor(calls.settings().limits(), now);
    }

    @Override
    @CheckForNull
    public abstract QueuedCall take(boolean probe);
}
