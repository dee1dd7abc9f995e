package io.jenkins.plugins.defendertags.bench;

import io.jenkins.plugins.defendertags.client.AppRegistration;
import io.jenkins.plugins.defendertags.client.ClientSecret;
import io.jenkins.plugins.defendertags.client.Cloud;
import io.jenkins.plugins.defendertags.client.DefenderClient;
import io.jenkins.plugins.defendertags.client.MachineName;
import io.jenkins.plugins.defendertags.client.MachineResolver;
import io.jenkins.plugins.defendertags.client.ProxyServer;
import io.jenkins.plugins.defendertags.client.Timeouts;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The program behind {@code ./dev bench}: prints lines of name and value, which docs/performance.md explains. */
public final class Bench {

    private static final int MACHINES = 10_000;
    private static final int WARM_UPS = 5;
    private static final int RUNS = 11;

    private final MachineResolver resolver;
    private final AppRegistration registration;

    private Bench(DefenderSimulator simulator, DefenderClient client) {
        resolver = new MachineResolver(client);
        registration = new AppRegistration(
                Cloud.of("simulated", "Simulated", simulator.url(), simulator.authority(), simulator.scope(), null),
                DefenderSimulator.TENANT,
                DefenderSimulator.CLIENT,
                new ClientSecret(DefenderSimulator.SECRET));
    }

    public static void main(String[] arguments) throws Exception {
        try (DefenderSimulator simulator = new DefenderSimulator();
                DefenderClient client = new DefenderClient(() -> Timeouts.DEFAULT, ProxyServer.Chooser.NONE)) {
            for (int i = 0; i < MACHINES; i++) {
                simulator.addMachine(String.format("%040x", i), "build-" + i + ".example.com");
            }
            Bench bench = new Bench(simulator, client);
            bench.resolve(1);
            bench.resolve(1_000);
        }
        System.exit(0);
    }

    private void resolve(int count) throws Exception {
        List<MachineName> names = new ArrayList<>();
        IntStream.range(0, count).forEach(i -> names.add(new MachineName("build-" + i * 7)));
        long[] nanos = new long[RUNS];
        int calls = 0;
        for (int run = -WARM_UPS; run < RUNS; run++) {
            long start = System.nanoTime();
            MachineResolver.Resolution resolution = resolver.resolve(registration, names, false);
            if (run >= 0) {
                nanos[run] = System.nanoTime() - start;
            }
            calls = resolution.calls();
            if (resolution.machines().stream().anyMatch(machine -> machine.id() == null)) {
                throw new AssertionError("a machine was not found");
            }
        }
        Arrays.sort(nanos);
        System.out.println("resolve_" + count + "_calls " + calls);
        System.out.println("resolve_" + count + "_ms " + nanos[RUNS / 2] / 1_000_000);
    }
}
