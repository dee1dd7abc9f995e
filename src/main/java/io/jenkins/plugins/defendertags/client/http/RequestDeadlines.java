package io.jenkins.plugins.defendertags.client.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The deadlines of the requests under way, nearly all of which are met. A timer task for each would wake the timer's thread for
 * each request; here it sleeps until the first deadline that may have passed, and then looks at all. Thread-safe.
 */
final class RequestDeadlines {

    private final ScheduledExecutorService timer;
    private final Set<Deadline> open = new HashSet<>();
    /** When the timer looks at the deadlines next. */
    private long nextLook;

    private boolean lookScheduled;

    RequestDeadlines(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /** The deadline of one request. */
    static final class Deadline {

        private final long end;
        private final Runnable passed;

        private Deadline(long end, Runnable passed) {
            this.end = end;
            this.passed = passed;
        }
    }

    /** @param passed run by the timer's thread, unless the deadline is met before */
    synchronized Deadline start(Duration time, Runnable passed) {
        long now = System.nanoTime();
        Deadline deadline = new Deadline(now + time.toNanos(), passed);
        open.add(deadline);
        lookAt(deadline.end, now);
        return deadline;
    }

    synchronized void meet(Deadline deadline) {
        open.remove(deadline);
    }

    private void lookAt(long end, long now) {
        if (!lookScheduled || end - nextLook < 0) {
            lookScheduled = true;
            nextLook = end;
            timer.schedule(this::look, Math.max(0, end - now), TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        List<Deadline> over = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            Deadline first = null;
            for (Iterator<Deadline> all = open.iterator(); all.hasNext(); ) {
                Deadline deadline = all.next();
                if (deadline.end - now <= 0) {
                    all.remove();
                    over.add(deadline);
                } else if (first == null || deadline.end - first.end < 0) {
                    first = deadline;
                }
            }
            if (nextLook - now <= 0) { // else a later task looks again
                lookScheduled = false;
                if (first != null) {
                    lookAt(first.end, now);
                }
            }
        }
        over.forEach(deadline -> deadline.passed.run());
    }
}
