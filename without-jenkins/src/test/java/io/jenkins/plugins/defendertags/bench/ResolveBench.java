package io.jenkins.plugins.defendertags.bench;

import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.resolve.ResolvedMachine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Looking up names in a tenant of 10,000 machines. */
final class ResolveBench {

    private static final int MACHINES = 10_000;
    private static final int WARM_UPS = 5;
    private static final int RUNS = 11;

    private ResolveBench() {}

    static void run() throws Exception {
        try (SimulatedWay way = new SimulatedWay(SimulatedWay.UNLIMITED)) {
            way.addMachines(MACHINES);
            resolve(way, 1);
            resolve(way, 1_000);
        }
    }

    private static void resolve(SimulatedWay way, int count) {
        List<MachineName> names = new ArrayList<>();
        IntStream.range(0, count).forEach(i -> names.add(new MachineName("build-" + i * 7)));
        long[] nanos = new long[RUNS];
        long calls = 0;
        for (int run = -WARM_UPS; run < RUNS; run++) {
            long start = System.nanoTime();
            long callsBefore = way.simulator.apiCalls();
            List<ResolvedMachine> resolved =
                    way.resolver().resolve(way.registration(), names, false).join();
            if (run >= 0) {
                nanos[run] = System.nanoTime() - start;
            }
            calls = way.simulator.apiCalls() - callsBefore;
            if (resolved.stream().anyMatch(machine -> machine.id() == null)) {
                throw new AssertionError("a machine was not found");
            }
        }
        Arrays.sort(nanos);
        Figures.print("resolve_" + count + "_calls", calls);
        Figures.print("resolve_" + count + "_ms", nanos[RUNS / 2] / 1_000_000);
    }
}
