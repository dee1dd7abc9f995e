package io.jenkins.plugins.defendertags.monitoring;

import static io.jenkins.plugins.defendertags.simulator.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.FreeStyleProject;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Throttle;
import io.jenkins.plugins.defendertags.simulator.Throttle.Told;
import io.jenkins.plugins.defendertags.steps.DefenderTagBuilder;
import io.jenkins.plugins.defendertags.testing.SimulatedDefender;
import io.jenkins.plugins.defendertags.testing.WithDefender;
import java.time.Duration;
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
        assertEquals(simulator.apiCalls(), gauge("calls.hour.used"));
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
