package io.jenkins.plugins.defendertags.support;

import java.time.Duration;
import java.util.Locale;

/** How far a list of machines is. */
public record Progress(int done, int all) {

    /** Of a shorter list, the log tells the end alone. */
    private static final int LONG = 100;

    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(1);

    /**
     * Whether the log should hear of it: at each tenth of a long list, or when it goes on slowly, once a minute.
     *
     * @param told what the log heard last
     * @param ago when that was
     */
    boolean isWorthALine(Progress told, Duration ago) {
        int more = done - told.done;
        return all > LONG && done < all && more > 0 && (more * 10L >= all || ago.compareTo(LONGEST_SILENCE) >= 0);
    }

    /** For people: {@code 400 of 1,000 machines done}. */
    @Override
    public String toString() {
        return String.format(Locale.ENGLISH, "%,d of %,d machines done", done, all);
    }
}
