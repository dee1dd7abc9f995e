package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.FilterForm;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The reads of a {@link ReadQueue} that may share a list call, or that each need a call of their own. */
final class ReadGroup extends CallGroup<MachineRead<?>> {

    /** @param shared whether the reads share calls */
    record Key(URI api, MachineRead.Kind kind, boolean shared) {

        static Key of(MachineRead<?> read) {
            return new Key(read.registration().cloud().api(), read.kind(), read.isShareable());
        }
    }

    final Key key;
    private final ReadQueue queue;

    ReadGroup(ReadQueue queue, CallScheduler calls, Key key) {
        super(calls);
        this.queue = queue;
        this.key = key;
    }

    /** What shares no call does not wait for others. */
    @Override
    public long waitFor(boolean probe, long now) {
        return key.shared() ? super.waitFor(probe, now) : 0;
    }

    @Override
    @CheckForNull
    public QueuedCall take(boolean probe) {
        return queue.take(this, probe);
    }

    /** Removes the first reads that may go into one call. */
    List<MachineRead<?>> takeUpTo(ReadForm.Attempt attempt) {
        List<MachineRead<?>> taken = new ArrayList<>();
        int room = 0;
        for (Iterator<MachineRead<?>> first = iterator(); first.hasNext() && taken.size() < attempt.reads(); ) {
            MachineRead<?> read = first.next();
            if (attempt.reads() > 1) {
                int length = length(read, attempt.filter());
                room = taken.isEmpty() ? room(read, attempt.filter()) : room;
                if (length > room && !taken.isEmpty()) {
                    break;
                }
                room -= length;
            }
            first.remove();
            taken.add(read);
        }
        return taken;
    }

    /** Removes all reads. */
    List<MachineRead<?>> takeAll() {
        List<MachineRead<?>> taken = ready();
        taken.forEach(this::remove);
        return taken;
    }

    /** Returns how many calls with a filter all reads would take. */
    int listCalls(ReadForm.Attempt attempt) {
        if (attempt.reads() == 1) {
            return size();
        }
        long length = 0;
        int room = 1;
        for (MachineRead<?> read : ready()) {
            length += length(read, attempt.filter());
            room = room(read, attempt.filter());
        }
        long byLength = (length + room - 1) / room;
        long byNumber = (size() + (long) attempt.reads() - 1) / attempt.reads();
        return (int) Math.max(byLength, byNumber);
    }

    private static int room(MachineRead<?> read, FilterForm form) {
        Cloud cloud = read.registration().cloud();
        return Math.max(1, form.room(cloud));
    }

    private static int length(MachineRead<?> read, FilterForm form) {
        String clause = read.clause(form);
        return clause == null ? 0 : form.length(clause);
    }
}
