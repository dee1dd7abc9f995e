package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import java.time.Duration;

/**
 * Which filter reads several machines, and how many of them: it is not documented which forms Defender accepts. A refused call
 * leads to the other form, then to half as many machines, and at last to single reads for half an hour. Thread-safe.
 */
final class ReadForm {

    private static final Duration SINGLE = Duration.ofMinutes(30);
    private static final int FEWEST = 4;

    /** @param machines how many at most; 1 for single reads */
    record Attempt(MachineListQuery.IdFilter filter, int machines) {}

    private static final Attempt NONE = new Attempt(MachineListQuery.IdFilter.IN, 1);

    private Attempt current;
    private long singleUntil;

    synchronized Attempt current(Cloud cloud, long now) {
        if (current == null || current == NONE && now - singleUntil >= 0) {
            current = first(cloud);
        }
        return current;
    }

    private static Attempt first(Cloud cloud) {
        return new Attempt(MachineListQuery.IdFilter.IN, MachineListQuery.IdFilter.IN.machinesInOneCall(cloud));
    }

    /** @param attempt that the refused call was made with; another call may have been refused meanwhile */
    synchronized void refused(Attempt attempt, Cloud cloud, long now) {
        if (!attempt.equals(current)) {
            return;
        }
        if (attempt.filter() == MachineListQuery.IdFilter.IN) {
            current = new Attempt(
                    MachineListQuery.IdFilter.OR,
                    Math.min(attempt.machines(), MachineListQuery.IdFilter.OR.machinesInOneCall(cloud)));
        } else if (attempt.machines() / 2 >= FEWEST) {
            current = new Attempt(MachineListQuery.IdFilter.IN, attempt.machines() / 2);
        } else {
            current = NONE;
            singleUntil = now + SINGLE.toNanos();
        }
    }
}
