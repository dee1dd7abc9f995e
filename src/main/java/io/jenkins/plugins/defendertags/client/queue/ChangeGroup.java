package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The changes of a {@link ChangeQueue} that may be sent, and may be sent together. Guarded by the queue's lock. */
final class ChangeGroup {

    /** What changes must have in common. The registration with its secret: no change fails because of another's. */
    record Key(AppRegistration registration, TagAction action, Tag tag) {

        static Key of(QueuedChange queued) {
            return new Key(queued.registration, queued.change.action(), queued.change.tag());
        }
    }

    final Key key;
    /** How long they wait for others; thread-safe. */
    final MergeWindow window = new MergeWindow();
    /** In the order in which they came. */
    private final Set<QueuedChange> ready = new LinkedHashSet<>();
    /** Their number, for those who do not hold the lock. */
    private volatile int size;
    /** Whether it stands in the {@link CallScheduler}'s line. */
    boolean queued;

    ChangeGroup(Key key) {
        this.key = key;
    }

    void add(QueuedChange change) {
        ready.add(change);
        size = ready.size();
    }

    void remove(QueuedChange change) {
        ready.remove(change);
        size = ready.size();
    }

    /** Removes the first changes that may go into one call. */
    List<QueuedChange> take(int atMost) {
        List<QueuedChange> taken = new ArrayList<>();
        int limit = atMost;
        for (Iterator<QueuedChange> first = ready.iterator(); first.hasNext(); ) {
            QueuedChange change = first.next();
            limit = Math.min(limit, change.bulkLimit);
            if (taken.size() >= limit) {
                break;
            }
            first.remove();
            taken.add(change);
        }
        size = ready.size();
        return taken;
    }

    List<QueuedChange> ready() {
        return List.copyOf(ready);
    }

    boolean isEmpty() {
        return ready.isEmpty();
    }

    /** Thread-safe, as nothing else here is. */
    int size() {
        return size;
    }
}
