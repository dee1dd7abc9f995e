package io.jenkins.plugins.defendertags.monitoring;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricSet;
import io.jenkins.plugins.defendertags.client.queue.QueueFigures;
import io.jenkins.plugins.defendertags.client.queue.QueueFigures.LimitUse;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.service.DefenderService;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import jenkins.metrics.api.MetricProvider;
import org.jenkinsci.plugins.variant.OptionalExtension;

/**
 * Figures for the Metrics plugin. No other class uses that plugin: where it is not installed, Jenkins leaves this class out.
 */
@OptionalExtension(requirePlugins = "metrics")
public final class DefenderMetrics extends MetricProvider {

    static final String PREFIX = "defender-tags.";

    @Override
    public MetricSet getMetricSet() {
        Map<String, Metric> metrics = new TreeMap<>();
        addLimit(metrics, "minute", Duration.ofMinutes(1));
        addLimit(metrics, "hour", Duration.ofHours(1));
        add(metrics, "queue.length", () -> sum(QueueFigures::waiting));
        add(
                metrics,
                "queue.oldest-wait-seconds",
                () -> DefenderService.get().figures().stream()
                        .mapToLong(queue -> queue.oldestWait().toSeconds())
                        .max()
                        .orElse(0));
        add(metrics, "throttled", () -> sum(QueueFigures::throttled));
        add(metrics, "sign-in-failures", () -> sum(QueueFigures::failedSignIns));
        add(metrics, "leases.held", () ->
                (long) (LeaseService.get().count() - LeaseService.get().countStuck()));
        add(metrics, "leases.stuck", () -> (long) LeaseService.get().countStuck());
        return () -> metrics;
    }

    /** Of the app registration that has used most of this limit. */
    private static void addLimit(Map<String, Metric> metrics, String name, Duration window) {
        add(metrics, "calls." + name + ".used", () -> busiest(window).used());
        add(metrics, "calls." + name + ".limit", () -> busiest(window).calls());
    }

    private record Use(long used, long calls) {}

    private static Use busiest(Duration window) {
        return DefenderService.get().figures().stream()
                .flatMap(queue -> queue.limits().stream())
                .filter(use -> use.limit().window().equals(window))
                .max(Comparator.comparingInt(LimitUse::used))
                .map(use -> new Use(use.used(), use.limit().calls()))
                .orElse(new Use(0, 0));
    }

    private static long sum(ToLongFunction<QueueFigures> figure) {
        return DefenderService.get().figures().stream().mapToLong(figure).sum();
    }

    private static void add(Map<String, Metric> metrics, String name, Supplier<Long> value) {
        metrics.put(PREFIX + name, (Gauge<Long>) value::get);
    }
}
