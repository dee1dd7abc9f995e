package io.jenkins.plugins.defendertags.monitoring;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleProject;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import io.jenkins.plugins.defendertags.simulator.Throttle.Told;
import io.jenkins.plugins.defendertags.steps.DefenderTagBuilder;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import jenkins.metrics.api.Metrics;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

@WithDefender
class DefenderMetricsTest {

    @Test
    void figuresAreInTheRegistryOfMetrics(JenkinsRule r, DefenderSimulator simulator) throws Exception {
        await().until(() -> gauges().containsAll(List.of(
                "calls.hour.limit",
                "calls.hour.used",
                "calls.minute.limit",
                "calls.minute.used",
                "leases.held",
                "leases.stuck",
                "queue.length",
                "queue.oldest-wait-seconds",
                "sign-in-failures",
                "throttled")));
        long throttled = gauge("throttled");
        simulator.failNextApiCalls(Throttle.refusal(Told.SECONDS, Duration.ofSeconds(1)));
        FreeStyleProject project = r.createFreeStyleProject();
        DefenderTagBuilder builder = new DefenderTagBuilder("Add", "x");
        builder.setMachine(SimulatedDefender.AGENT_ID);
        project.getBuildersList().add(builder);
        r.buildAndAssertSuccess(project);
        assertEquals(throttled + 1, gauge("throttled"));
        assertEquals(100, gauge("calls.minute.limit"));
        assertEquals(1500, gauge("calls.hour.limit"));
        List<Long> callsOfTheHour = DefenderService.get().figures().stream()
                .flatMap(queue -> queue.limits().stream())
                .filter(use -> use.limit().window().equals(Duration.ofHours(1)))
                .map(use -> (long) use.used())
                .toList();
        assertTrue(callsOfTheHour.contains(simulator.apiCalls()), () -> "" + callsOfTheHour);
        assertEquals(Collections.max(callsOfTheHour), gauge("calls.hour.used"), "of the busiest app registration");
        assertEquals(0, gauge("queue.length"));
        assertEquals(0, gauge("leases.stuck"));
    }

    private static List<String> gauges() {
        return Metrics.metricRegistry().getGauges().keySet().stream()
                .filter(name -> name.startsWith(DefenderMetrics.PREFIX))
                .map(name -> name.substring(DefenderMetrics.PREFIX.length()))
                .toList();
    }

    private static long gauge(String name) {
        return (Long) Metrics.metricRegistry()
                .getGauges()
                .get(DefenderMetrics.PREFIX + name)
                .getValue();
    }
}
