package io.jenkins.plugins.defendertags.simulator;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Awaitility with a limit that is long enough for a busy machine. */
public final class Await {

    private Await() {}

    public static ConditionFactory await() {
        return await(null);
    }

    /** @param what is named in the error if it does not happen */
    public static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(20));
    }
}
