package io.jenkins.plugins.defendertags.client.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Deadlines of which nearly all are met. Where a timer's task for each would wake its thread twice for everything that is
 * done in time, here it sleeps until the first that may be over. Thread-safe.
 */
public final class Deadlines {

    private final ScheduledExecutorService timer;
    private final TreeSet<Deadline> open = new TreeSet<>();
    private long count;
    /** Deadlines at or after this moment need no further task of the timer. */
    private long nextLook;

    private boolean lookScheduled;

    public Deadlines(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /** One of them; whoever is done in time tells it. */
    public final class Deadline implements Comparable<Deadline> {

        private final long end;
        private final long number;
        private final Runnable over;

        private Deadline(long end, long number, Runnable over) {
            this.end = end;
            this.number = number;
            this.over = over;
        }

        public void met() {
            synchronized (Deadlines.this) {
                open.remove(this);
            }
        }

        @Override
        public int compareTo(Deadline other) {
            int byEnd = Long.signum(end - other.end); // nanoTime may wrap around
            return byEnd == 0 ? Long.compare(number, other.number) : byEnd;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(number);
        }
    }

    /** @param over run by the timer's thread, unless the deadline is met before */
    public synchronized Deadline start(Duration time, Runnable over) {
        long now = System.nanoTime();
        Deadline deadline = new Deadline(now + time.toNanos(), count++, over);
        open.add(deadline);
        lookAt(deadline.end, now);
        return deadline;
    }

    private void lookAt(long end, long now) {
        if (!lookScheduled || end - nextLook < 0) {
            lookScheduled = true;
            nextLook = end;
            timer.schedule(this::look, Math.max(0, end - now), TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        List<Deadline> past = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            while (!open.isEmpty() && open.first().end - now <= 0) {
                past.add(open.pollFirst());
            }
            if (nextLook - now <= 0) { // else a later task will look again
                lookScheduled = false;
                if (!open.isEmpty()) {
                    lookAt(open.first().end, now);
                }
            }
        }
        past.forEach(deadline -> deadline.over.run());
    }
}
