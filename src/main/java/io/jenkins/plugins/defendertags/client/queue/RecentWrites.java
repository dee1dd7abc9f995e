package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The changes of the last minutes, and the tags that machines had when they were last seen. A read can lag behind a change:
 * what this controller has just written is newer than a read that disagrees. It also tells, without a call, whether a change
 * altered its machine. Holds a bounded number of machines. Thread-safe.
 */
final class RecentWrites {

    /** How long a change outweighs a read that disagrees. */
    static final Duration WRITE_COUNTS = Duration.ofMinutes(5);
    /** How long a read tells what a change met; others may change tags meanwhile. */
    static final Duration READ_COUNTS = Duration.ofMinutes(1);

    static final int MAX_MACHINES = 10_000;

    private final LongSupplier nanoTime;
    /** The machine whose tags were noted longest ago comes first. */
    private final Map<MachineId, Known> machines = new LinkedHashMap<>();

    RecentWrites(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private record Write(TagAction action, long at) {}

    private static final class Known {
        final Map<Tag, Write> writes = new HashMap<>(2);
        /** What was last written before a change that is under way. */
        final Map<Tag, Write> former = new HashMap<>(0);

        @CheckForNull
        List<String> tags;

        long seenAt;
        long notedAt;
    }

    /**
     * A change is about to be sent. Until it is confirmed, the state of its tag counts as unknown.
     *
     * @return what the change does to the machine, as far as that can be told
     */
    synchronized ChangeEffect sending(TagChange change) {
        Known known = machines.get(change.machine());
        if (known == null) {
            return ChangeEffect.UNKNOWN;
        }
        ChangeEffect effect = effect(known, change);
        Write former = known.writes.remove(change.tag());
        if (former != null) {
            known.former.put(change.tag(), former);
        }
        known.tags = null;
        return effect;
    }

    /** Defender has refused a change: what was written before is still newer than a read that disagrees. */
    synchronized void refused(TagChange change) {
        Known known = machines.get(change.machine());
        Write former = known == null ? null : known.former.remove(change.tag());
        if (former != null) {
            known.writes.put(change.tag(), former);
        }
    }

    private ChangeEffect effect(Known known, TagChange change) {
        long now = nanoTime.getAsLong();
        Write write = known.writes.get(change.tag());
        if (write != null && now - write.at <= WRITE_COUNTS.toNanos()) {
            return write.action == change.action() ? ChangeEffect.ALREADY_SO : ChangeEffect.CHANGED;
        }
        if (known.tags == null || now - known.seenAt > READ_COUNTS.toNanos()) {
            return ChangeEffect.UNKNOWN;
        }
        return change.isMetBy(known.tags) ? ChangeEffect.ALREADY_SO : ChangeEffect.CHANGED;
    }

    /** Defender has confirmed a change by this answer. */
    synchronized Machine changed(TagChange change, Machine answer) {
        Known known = note(change.machine());
        known.former.remove(change.tag());
        known.writes.put(change.tag(), new Write(change.action(), known.notedAt));
        return see(known, answer);
    }

    /** Returns a machine that was read, with the tags that this controller's own changes gave it. */
    synchronized Machine read(Machine machine) {
        return see(note(machine.id()), machine);
    }

    private Known note(MachineId machine) {
        long now = nanoTime.getAsLong();
        Known known = machines.remove(machine);
        forgetOld(now);
        if (known == null) {
            known = new Known();
        } else {
            known.writes.values().removeIf(write -> now - write.at > WRITE_COUNTS.toNanos());
        }
        known.notedAt = now;
        machines.put(machine, known);
        return known;
    }

    private void forgetOld(long now) {
        Iterator<Known> eldest = machines.values().iterator();
        while (eldest.hasNext()) {
            boolean old = now - eldest.next().notedAt > WRITE_COUNTS.toNanos();
            if (!old && machines.size() < MAX_MACHINES) {
                return;
            }
            eldest.remove();
        }
    }

    private static Machine see(Known known, Machine machine) {
        List<String> tags = machine.tags();
        boolean lags = false;
        for (Map.Entry<Tag, Write> own : known.writes.entrySet()) {
            String tag = own.getKey().value();
            boolean add = own.getValue().action == TagAction.ADD;
            if (!TagChange.isMetBy(own.getValue().action, tag, tags)) {
                lags = add ? tags.add(tag) : tags.remove(tag);
            }
        }
        known.tags = tags;
        known.seenAt = known.notedAt;
        return lags ? machine.withTags(tags) : machine;
    }
}
