package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import java.util.LinkedHashSet;
import java.util.Set;

/** The changes of a {@link TagQueue} that may be sent, and may be sent together. Guarded by the queue's lock. */
final class ChangeGroup {

    /** What changes must have in common. The registration with its secret: nobody's fails because of another's. */
    record Key(AppRegistration registration, TagAction action, Tag tag) {

        static Key of(QueuedChange queued) {
            return new Key(queued.registration, queued.change.action(), queued.change.tag());
        }
    }

    final Key key;
    /** In the order in which they came. */
    final Set<QueuedChange> ready = new LinkedHashSet<>();
    /** Whether it stands in the {@link CallScheduler}. */
    boolean queued;

    ChangeGroup(Key key) {
        this.key = key;
    }
}
