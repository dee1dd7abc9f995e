package io.jenkins.plugins.defendertags.leases;

import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What leases cost a controller that has many of them. {@code ./dev bench} prints it. */
public final class LeaseBench {

    private static final int MACHINES = 3_000;
    private static final int TAGS = 5;
    private static final int RUNS = 2_000;
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final LeaseCredential CREDENTIAL =
            new LeaseCredential("defender", "us", "system", "tenant", "client");

    private final Path folder;

    /** @param folder an empty one */
    public LeaseBench(Path folder) {
        this.folder = folder;
    }

    /** The microseconds of one acquire or release in memory among {@code MACHINES * TAGS} leases: the median. */
    public double micros() throws IOException {
        LeaseRepository repository = new LeaseRepository();
        repository.addAll(leases());
        long[] nanos = new long[RUNS];
        for (int run = -RUNS; run < RUNS; run++) {
            LeaseHolder block = new LeaseHolder.Block("new-" + run, "new#" + (run + RUNS), null);
            MachineId machine = machine(Math.abs(run) % MACHINES);
            Tag tag = new Tag("new");
            long start = System.nanoTime();
            repository.enter(block);
            repository.hold(block, tag, List.of(machine), CREDENTIAL, NOW);
            repository.decide(block, new TagOnMachine(machine, tag), false, null);
            repository.saved(repository.snapshot(block.id()).leases());
            repository.holdersOf(block.build());
            repository.leave(block.id(), NOW);
            LeaseRepository.Release release = repository.release(LeaseKey.of(machine, tag));
            repository.drop(release.left());
            if (run >= 0) {
                nanos[run] = (System.nanoTime() - start) / 2;
            }
        }
        if (repository.size() != MACHINES * TAGS) {
            throw new AssertionError(repository.size() + " leases are left");
        }
        Arrays.sort(nanos);
        return nanos[RUNS / 2] / 1e3;
    }

    /** The seconds that reading them takes, each block in a file of its own. */
    public double startSeconds() throws IOException {
        LeaseStore store = new LeaseStore(folder);
        for (int i = 0; i < MACHINES; i++) {
            LeaseHolder block = block(i);
            store.write(block, leases(block, i), false);
        }
        long start = System.nanoTime();
        LeaseRepository repository = new LeaseRepository();
        repository.addAll(new LeaseStore(folder).read());
        double seconds = (System.nanoTime() - start) / 1e9;
        if (repository.size() != MACHINES * TAGS) {
            throw new AssertionError("read " + repository.size() + " leases");
        }
        return seconds;
    }

    private static List<Lease> leases() {
        List<Lease> all = new ArrayList<>();
        for (int i = 0; i < MACHINES; i++) {
            all.addAll(leases(block(i), i));
        }
        return all;
    }

    private static List<Lease> leases(LeaseHolder block, int number) {
        List<Lease> leases = new ArrayList<>();
        for (int tag = 0; tag < TAGS; tag++) {
            leases.add(Lease.of(block, machine(number), new Tag("tag-" + tag), CREDENTIAL, NOW)
                    .named("build-" + number + ".example.com")
                    .asAdded(true));
        }
        return leases;
    }

    private static LeaseHolder block(int number) {
        return new LeaseHolder.Block("block-" + number, "team/job-" + number % 100 + "#" + number, "agent-" + number);
    }

    private static MachineId machine(int number) {
        return new MachineId(String.format("%040x", number));
    }
}
