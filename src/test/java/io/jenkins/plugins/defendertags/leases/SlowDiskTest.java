package io.jenkins.plugins.defendertags.leases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing but the threads that write leases waits for a disk, which hangs here until a test lets it go on. */
@Timeout(120)
class SlowDiskTest {

    private static final LeaseCredential CREDENTIAL = new LeaseCredential("id", "cloud", "system", "tenant", "client");
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final LeaseHolder BLOCK = new LeaseHolder.Block("block", "large#1", null);
    private static final List<MachineId> MACHINES = IntStream.range(0, 5)
            .mapToObj(i -> new MachineId(String.valueOf(i).repeat(40)))
            .toList();

    @TempDir
    Path folder;

    private final LeaseRepository repository = new LeaseRepository();
    private final ExecutorService writers = Executors.newFixedThreadPool(4, task -> new Thread(task, "writer"));
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger forced = new AtomicInteger();
    private LeaseWriter writer;

    @BeforeEach
    void create() {
        writer = new LeaseWriter(repository, new LeaseStore(folder, this::force), writers);
    }

    private void force(FileChannel channel) throws IOException {
        assertEquals("writer", Thread.currentThread().getName());
        assertFalse(Thread.holdsLock(repository));
        forced.incrementAndGet();
        waiting.countDown();
        try {
            goOn.await();
        } catch (InterruptedException x) {
            throw new IOException(x);
        }
    }

    /** The folder can only be deleted when nobody writes to it. */
    @AfterEach
    void stop() throws Exception {
        goOn.countDown();
        writers.shutdown();
        assertTrue(writers.awaitTermination(1, TimeUnit.MINUTES));
    }

    @Test
    void largeBlockIsWrittenOnceMoreWhateverItAdds() throws Exception {
        CompletableFuture<Void> first = add(BLOCK, 0);
        waiting.await();
        List<CompletableFuture<Void>> saves = new ArrayList<>();
        for (int tag = 1; tag < 100; tag++) {
            saves.add(add(BLOCK, tag));
        }
        assertEquals(500, repository.size());
        assertFalse(first.isDone());
        assertTrue(saves.stream().noneMatch(CompletableFuture::isDone), "no tag is added before its lease is on disk");
        goOn.countDown();
        first.get();
        CompletableFuture.allOf(saves.toArray(CompletableFuture[]::new)).get();
        assertEquals(2, forced.get());
        assertEquals(500, new LeaseStore(folder).read().size());
    }

    @Test
    void otherBuildsBeginAndEndMeanwhile() throws Exception {
        CompletableFuture<Void> large = add(BLOCK, 0);
        waiting.await();
        for (int i = 0; i < 50; i++) {
            LeaseHolder other = new LeaseHolder.Block("other-" + i, "other#" + i, null);
            add(other, 0);
            assertEquals(List.of(other), repository.holdersOf("other#" + i));
            assertEquals(5, repository.leave(other.id(), NOW).size());
            MACHINES.forEach(machine -> {
                assertTrue(repository.isHeld(key(machine)));
                assertTrue(repository.release(key(machine)).held(), "the large block holds it");
            });
            assertEquals(List.of(), repository.holdersOf("without leases#" + i));
        }
        assertFalse(large.isDone());
        assertEquals(List.of(), repository.stuck());
        goOn.countDown();
        large.get();
    }

    private static LeaseKey key(MachineId machine) {
        return LeaseKey.of(machine, new Tag("tag-0"));
    }

    private CompletableFuture<Void> add(LeaseHolder holder, int number) {
        Tag tag = new Tag("tag-" + number);
        repository.enter(holder);
        repository.hold(holder, tag, MACHINES, CREDENTIAL, NOW);
        MACHINES.forEach(machine -> repository.decide(holder, new TagOnMachine(machine, tag), false, null));
        return writer.save(holder.id());
    }
}
