package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The changes of a {@link ChangeQueue} that may share a bulk call. */
final class ChangeGroup extends CallGroup<QueuedChange> {

    /** What changes must have in common. They may differ in how they sign in. */
    record Key(URI api, TagAction action, Tag tag) {

        static Key of(QueuedChange queued) {
            return new Key(queued.registration().cloud().api(), queued.change.action(), queued.change.tag());
        }
    }

    private final ChangeQueue queue;

    ChangeGroup(ChangeQueue queue, CallScheduler calls) {
        super(calls);
        this.queue = queue;
    }

    @Override
    public long waitFor(boolean probe, long now) {
        long wait = super.waitFor(probe, now);
        return !probe && size() > 1 ? Math.max(wait, queue.bulk().waitFor(now)) : wait;
    }

    @Override
    @CheckForNull
    public QueuedCall take(boolean probe) {
        return queue.take(this, probe);
    }

    /** Removes the first changes that may go into one call. */
    List<QueuedChange> takeUpTo(int atMost) {
        List<QueuedChange> taken = new ArrayList<>();
        int limit = atMost;
        for (Iterator<QueuedChange> first = iterator(); first.hasNext(); ) {
            QueuedChange change = first.next();
            limit = Math.min(limit, change.bulkLimit);
            if (taken.size() >= limit) {
                break;
            }
            first.remove();
            taken.add(change);
        }
        taken(taken);
        return taken;
    }
}
