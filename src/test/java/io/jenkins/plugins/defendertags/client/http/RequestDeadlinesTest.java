package io.jenkins.plugins.defendertags.client.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.simulator.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestDeadlinesTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final RequestDeadlines deadlines = new RequestDeadlines(timer);
    private final List<String> passed = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private RequestDeadlines.Deadline start(Duration time, String name) {
        return deadlines.start(time, () -> passed.add(name));
    }

    @Test
    void deadlineThatPassesIsReported() {
        start(SHORT, "a");
        Await.await().until(() -> passed.contains("a"));
    }

    @Test
    void shorterOneIsNotHeldUpByALongerOne() {
        start(LONG, "long");
        start(SHORT, "short");
        Await.await().until(() -> passed.contains("short"));
        assertEquals(List.of("short"), passed);
    }

    @Test
    void longerOneFollowsAShorterOne() {
        start(SHORT, "short");
        start(SHORT.multipliedBy(10), "longer");
        Await.await().until(() -> passed.size() == 2);
        assertEquals(List.of("short", "longer"), passed);
    }

    @Test
    void metDeadlineIsNotReported() {
        deadlines.meet(start(SHORT, "met"));
        start(SHORT.multipliedBy(5), "later");
        Await.await().until(() -> passed.contains("later"));
        assertEquals(List.of("later"), passed);
    }

    @Test
    void thousandMetDeadlinesCostOneTask() {
        IntStream.range(0, 1_000).forEach(i -> deadlines.meet(start(LONG, "" + i)));
        assertEquals(1, timer.getQueue().size());
        assertTrue(passed.isEmpty());
    }
}
