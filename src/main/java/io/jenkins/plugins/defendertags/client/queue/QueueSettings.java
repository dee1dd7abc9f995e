package io.jenkins.plugins.defendertags.client.queue;

import java.time.Duration;
import java.util.List;

/**
 * What a {@link TagQueue} keeps to.
 *
 * @param limits of Defender's API; all of them hold
 * @param deadline how long a change or a look-up may take, waiting included
 * @param firstPause before a call is repeated for the first time; doubled each time, up to a minute
 */
public record QueueSettings(List<RateLimit> limits, Duration deadline, Duration firstPause) {

    /**
     * Defender's limits, and an hour: whoever came too late for this hour's calls still gets one of the next.
     */
    public static final QueueSettings DEFAULT = new QueueSettings(
            List.of(RateLimit.perMinute(100), RateLimit.perHour(1_500)), Duration.ofHours(1), Duration.ofSeconds(1));

    public QueueSettings {
        limits = List.copyOf(limits);
    }
}
