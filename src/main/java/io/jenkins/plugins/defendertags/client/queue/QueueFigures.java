package io.jenkins.plugins.defendertags.client.queue;

import java.time.Duration;
import java.util.List;

/**
 * What the queue of one app registration is doing, for monitoring.
 *
 * @param limits how much of each rate limit is used up
 * @param waiting the number of changes, and of reads of single machines, that have no answer yet
 * @param oldestWait how long the oldest of the changes has been in the queue; zero if there is none
 * @param throttled the number of calls that Defender or Entra answered with HTTP 429, since the controller started
 * @param failedSignIns the number of token requests that brought no token, since the controller started
 */
public record QueueFigures(
        List<LimitUse> limits, int waiting, Duration oldestWait, long throttled, long failedSignIns) {

    /**
     * A rate limit, and how much of it is used up.
     *
     * @param used the number of calls in the window that ends now
     */
    public record LimitUse(RateLimit limit, int used) {}
}
