package io.jenkins.plugins.defendertags.soak;

import io.jenkins.plugins.defendertags.bench.SimulatedWay;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.RateLimit;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Every trouble at every request of every scenario, once and twice in a row. */
final class FaultSoak {

    private static final QueueSettings SETTINGS = new QueueSettings(
            List.of(RateLimit.perMinute(1_000)), Duration.ofMinutes(5), Duration.ofMillis(5));
    private static final Timeouts TIMEOUTS = new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(1));
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int AT_ONCE = 8;

    final AtomicInteger tried = new AtomicInteger();
    final AtomicInteger lost = new AtomicInteger();
    final AtomicInteger orderBroken = new AtomicInteger();
    final AtomicInteger hangs = new AtomicInteger();

    /** @param every 1 for all of it, 10 for every tenth */
    void run(int every) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        List<Future<?>> all = new ArrayList<>();
        int number = 0;
        for (Scenario scenario : Scenario.values()) {
            int requests = requests(scenario);
            for (Map.Entry<String, Gate.Trouble> trouble : Troubles.all().entrySet()) {
                for (int request = 0; request < requests; request++) {
                    for (int times = 1; times <= 2; times++) {
                        if (number++ % every == 0) {
                            String name = scenario + ", request " + (request + 1) + ", " + times + " times "
                                    + trouble.getKey();
                            int after = request;
                            int howOften = times;
                            all.add(threads.submit(() -> {
                                tryOut(name, scenario, after, howOften, trouble.getValue());
                                return null;
                            }));
                        }
                    }
                }
            }
        }
        for (Future<?> one : all) {
            one.get();
        }
        threads.shutdown();
    }

    private static int requests(Scenario scenario) throws Exception {
        try (Trial trial = new Trial(scenario)) {
            scenario.run(trial.way).get(1, TimeUnit.MINUTES);
            return trial.gate.requests();
        }
    }

    private void tryOut(String name, Scenario scenario, int after, int times, Gate.Trouble trouble) throws Exception {
        try (Trial trial = new Trial(scenario)) {
            trial.gate.plan(after, times, trouble);
            tried.incrementAndGet();
            boolean made = false;
            try {
                scenario.run(trial.way).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                made = true;
            } catch (TimeoutException x) {
                hangs.incrementAndGet();
                System.out.println("hangs: " + name);
            } catch (ExecutionException x) {
                if (!isFinalAnswer(x.getCause(), trouble == Troubles.UNAUTHORIZED && trial.hitTokenEndpoint())) {
                    lost.incrementAndGet();
                    System.out.println("lost: " + name + ": " + x.getCause());
                }
            }
            for (int machine = 0; machine < scenario.machines; machine++) {
                List<String> done = withoutRepetitions(
                        trial.simulator.machines().get(SimulatedWay.id(machine)).changes());
                if (made && !done.equals(scenario.wanted)) {
                    (done.containsAll(scenario.wanted) ? orderBroken : lost).incrementAndGet();
                    System.out.println("wrong: " + name + ": " + done + " instead of " + scenario.wanted);
                    break;
                }
            }
        }
    }

    /**
     * A 404, and a 401 of the token endpoint, are answers that no repetition changes; the build fails with them.
     *
     * @param signInRefused whether the token endpoint itself answered 401; after a 401 of the API, the next token works
     */
    private static boolean isFinalAnswer(Throwable problem, boolean signInRefused) {
        Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
        return cause instanceof Scenario.MachineUnknown
                || cause instanceof DefenderException refused
                        && (refused.kind() == DefenderException.Kind.NOT_FOUND
                                || refused.kind() == DefenderException.Kind.SIGN_IN && signInRefused);
    }

    private static List<String> withoutRepetitions(List<String> changes) {
        List<String> distinct = new ArrayList<>();
        for (String change : changes) {
            if (distinct.isEmpty() || !distinct.get(distinct.size() - 1).equals(change)) {
                distinct.add(change);
            }
        }
        return distinct;
    }

    /** A simulator, what stands before it, and the way there. */
    private static final class Trial implements AutoCloseable {

        final DefenderSimulator simulator = new DefenderSimulator();
        final Gate gate = new Gate(simulator);
        final SimulatedWay way = new SimulatedWay(SETTINGS, TIMEOUTS, simulator, gate.url());

        Trial(Scenario scenario) throws Exception {
            way.addMachines(scenario.machines);
        }

        boolean hitTokenEndpoint() {
            return gate.troubled().stream().anyMatch(path -> path.endsWith("/token"));
        }

        @Override
        public void close() throws Exception {
            gate.close();
            way.close();
        }
    }
}
