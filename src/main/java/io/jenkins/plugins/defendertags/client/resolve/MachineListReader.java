package io.jenkins.plugins.defendertags.client.resolve;

import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.api.MachinePage;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.queue.TagQueue;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Reads lists of machines to their end, and counts the calls. One list after the other, by any threads. */
final class MachineListReader {

    /** A million machines, and as many calls as a minute allows. More is no list but a loop. */
    static final int MAX_PAGES = 100;

    private final DefenderClient client;
    private final TagQueue queue;
    private final AppRegistration registration;
    private final AtomicInteger calls = new AtomicInteger();

    MachineListReader(DefenderClient client, TagQueue queue, AppRegistration registration) {
        this.client = client;
        this.queue = queue;
        this.registration = registration;
    }

    /** How many calls it took so far. */
    int calls() {
        return calls.get();
    }

    /**
     * @param wanted what to keep
     * @return what is wanted of the whole list, in Defender's order; empty also if Defender says 404, as it may then. A
     *     {@link DefenderException} if one of the calls failed: half a list is none
     */
    CompletableFuture<List<Machine>> read(MachineListQuery query, Predicate<Machine> wanted) {
        return new Reading(query, wanted).readFrom(query.first(), false);
    }

    private final class Reading {

        private final MachineListQuery query;
        private final Predicate<Machine> wanted;
        private final List<Machine> machines = new ArrayList<>();
        private int read;
        private int pages;

        Reading(MachineListQuery query, Predicate<Machine> wanted) {
            this.query = query;
            this.wanted = wanted;
        }

        /** @param promised whether the page before named this one, so that it must be there */
        CompletableFuture<List<Machine>> readFrom(URI uri, boolean promised) {
            if (pages++ == MAX_PAGES) {
                return CompletableFuture.failedFuture(endless());
            }
            return page(uri, promised).thenCompose(page -> {
                machines.addAll(page.machines());
                read += page.count();
                boolean goesOn = page.next() != null;
                URI next = goesOn || page.count() < MachineListQuery.PAGE ? page.next() : query.after(read);
                return next == null ? CompletableFuture.completedFuture(machines) : readFrom(next, goesOn);
            });
        }

        private CompletableFuture<MachinePage> page(URI uri, boolean promised) {
            return queue.read(registration, () -> {
                calls.incrementAndGet();
                try {
                    return client.listMachines(registration, uri, wanted);
                } catch (DefenderException x) {
                    if (x.kind() == Kind.NOT_FOUND && !promised) {
                        return MachinePage.EMPTY;
                    }
                    throw x;
                }
            });
        }
    }

    private DefenderException endless() {
        return DefenderException.of(Kind.NOT_UNDERSTOOD)
                .message(registration.cloud().api().getHost() + " gave no end of its list of machines within "
                        + MAX_PAGES + " pages.")
                .remedy("Name the machines by their IDs, and check the URLs of the cloud.")
                .build();
    }
}
