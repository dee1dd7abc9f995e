package io.jenkins.plugins.defendertags.leases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Makes the files of a {@link LeaseStore} what the {@link LeaseRepository} holds. Changes to a holder that are made while its file
 * is being written share the next write. Thread-safe; nobody waits in a thread.
 */
final class LeaseWriter {

    private static final Logger LOGGER = Logger.getLogger(LeaseWriter.class.getName());

    private final LeaseRepository repository;
    private final LeaseStore store;
    private final KeyedSequencer<String> writes;

    LeaseWriter(LeaseRepository repository, LeaseStore store, Executor executor) {
        this.repository = repository;
        this.store = store;
        writes = new KeyedSequencer<>(executor);
    }

    /**
     * Starts to write a holder's file.
     *
     * @return completes when the present state of the holder's leases is on disk; fails with an {@link UncheckedIOException}
     */
    CompletableFuture<Void> save(String holderId) {
        return writes.request(holderId, () -> write(holderId));
    }

    /** The same, but a disk that is full must not keep a tag from being removed, so a failure is only logged. */
    CompletableFuture<Void> saveIfPossible(String holderId) {
        return save(holderId).exceptionally(problem -> {
            LOGGER.log(Level.WARNING, problem, () -> "Could not write the leases of " + holderId);
            return null;
        });
    }

    private void write(String holderId) {
        LeaseRepository.Snapshot snapshot = repository.snapshot(holderId);
        List<Lease> leases = snapshot.leases();
        try {
            if (leases.isEmpty()) {
                store.delete(holderId);
            } else {
                store.write(leases.get(0).holder(), leases, snapshot.durable());
                repository.saved(leases);
            }
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }
}
