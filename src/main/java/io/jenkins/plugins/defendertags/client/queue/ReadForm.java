package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.api.FilterForm;
import java.time.Duration;
import java.util.List;

/**
 * Which filter answers several reads, and how many of them: it is not documented which forms Defender accepts. A refused call
 * leads to the next form, then to half as many reads, and at last to a call for each read for half an hour. Guarded by the
 * queue's lock.
 */
final class ReadForm {

    private static final Duration SINGLE = Duration.ofMinutes(30);
    private static final int FEWEST = 4;

    /** @param reads how many at most, as far as a URL holds them; 1 for calls of their own */
    record Attempt(FilterForm filter, int reads) {}

    private final List<FilterForm> forms;
    private Attempt current;
    private boolean single;
    private long singleUntil;

    ReadForm(List<FilterForm> forms) {
        this.forms = forms;
        current = first(Integer.MAX_VALUE);
    }

    Attempt current(long now) {
        if (single && now - singleUntil >= 0) {
            single = false;
            current = first(Integer.MAX_VALUE);
        }
        return current;
    }

    private Attempt first(int reads) {
        return new Attempt(forms.get(0), reads);
    }

    /**
     * @param attempt that the refused call was made with; another call may have been refused meanwhile
     * @param reads how many shared the call
     */
    void refused(Attempt attempt, int reads, long now) {
        if (!attempt.equals(current)) {
            return;
        }
        int form = forms.indexOf(attempt.filter());
        if (form + 1 < forms.size()) {
            current = new Attempt(forms.get(form + 1), reads);
        } else if (reads / 2 >= FEWEST) {
            current = first(reads / 2);
        } else {
            single = true;
            singleUntil = now + SINGLE.toNanos();
            current = first(1);
        }
    }
}
