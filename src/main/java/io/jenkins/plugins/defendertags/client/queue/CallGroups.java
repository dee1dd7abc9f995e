package io.jenkins.plugins.defendertags.client.queue;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The {@link CallGroup}s of a queue, by what their items have in common. Guarded by the queue's lock. */
final class CallGroups<K, G extends CallGroup<?>> {

    private static final int FEW = 16;

    private final Map<K, G> groups = new HashMap<>();
    private final Function<K, G> factory;
    private int sizeBeforeCleanUp = FEW;

    CallGroups(Function<K, G> factory) {
        this.factory = factory;
    }

    /** Returns the group of a key; a new one takes the place of those that are over. */
    G of(K key) {
        G group = groups.get(key);
        if (group == null) {
            if (groups.size() >= sizeBeforeCleanUp) {
                groups.values().removeIf(CallGroup::isOver);
                sizeBeforeCleanUp = Math.max(FEW, 2 * groups.size());
            }
            group = factory.apply(key);
            groups.put(key, group);
        }
        return group;
    }

    Collection<G> all() {
        return groups.values();
    }

    boolean areEmpty() {
        return groups.values().stream().allMatch(CallGroup::isEmpty);
    }
}
