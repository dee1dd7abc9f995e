package io.jenkins.plugins.defendertags.client.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.defendertags.simulator.Fault;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import io.jenkins.plugins.defendertags.simulator.Throttle.Told;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What monitoring learns about a queue. */
class QueueFiguresTest extends SteppedQueueTests {

    @Test
    void limitsWaitsAndRefusalsAreCounted() {
        addMachines(5);
        settings = new QueueSettings(
                List.of(new RateLimit(2, Duration.ofMinutes(1)), new RateLimit(50, Duration.ofHours(1))),
                Duration.ofHours(1),
                SECOND);
        QueueFigures idle = queue.figures();
        assertEquals(List.of(0, 0), used(idle));
        assertEquals(0, idle.waiting());
        assertEquals(Duration.ZERO, idle.oldestWait());

        add("a", 0);
        add("b", 1);
        assertEquals(List.of(2, 2), used(queue.figures()));
        assertEquals(0, queue.figures().waiting());

        add("c", 2);
        timer.advance(Duration.ofSeconds(10));
        add("d", 3);
        read(4);
        timer.advance(Duration.ofSeconds(5));
        assertEquals(3, queue.figures().waiting());
        assertEquals(Duration.ofSeconds(15), queue.figures().oldestWait());

        simulator.failNextApiCalls(Throttle.refusal(Told.SECONDS, Duration.ofSeconds(1)));
        timer.advance(Duration.ofMinutes(5));
        QueueFigures later = queue.figures();
        assertEquals(0, later.waiting());
        assertEquals(Duration.ZERO, later.oldestWait());
        assertEquals(1, later.throttled());
        assertEquals(0, later.failedSignIns());
        assertEquals(List.of(0, 6), used(later), "two, one refused, and three again");
    }

    @Test
    void aSignInThatFailsIsCounted() {
        addMachines(1);
        simulator.failNextTokenRequests(Fault.answer(
                400, "application/json", "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: no\"}"));
        add("a", 0);
        assertEquals(1, queue.figures().failedSignIns());
        assertEquals(List.of(0, 0), used(queue.figures()), "Defender was not called");
    }

    private static List<Integer> used(QueueFigures figures) {
        return figures.limits().stream().map(QueueFigures.LimitUse::used).toList();
    }
}
