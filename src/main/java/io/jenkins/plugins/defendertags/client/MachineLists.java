package io.jenkins.plugins.defendertags.client;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.defendertags.client.DefenderException.Kind;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Reads lists of machines to their end, and counts the calls. For one thread. */
final class MachineLists {

    /** A million machines, and as many calls as a minute allows. More is no list but a loop. */
    static final int MAX_PAGES = 100;

    private final DefenderClient client;
    private final AppRegistration registration;
    private int calls;

    MachineLists(@NonNull DefenderClient client, @NonNull AppRegistration registration) {
        this.client = client;
        this.registration = registration;
    }

    /** How many calls it took so far. */
    int calls() {
        return calls;
    }

    /**
     * @param wanted what to keep
     * @return what is wanted of the whole list, in Defender's order; empty also if Defender says 404, as it may then
     * @throws DefenderException if one of the calls failed: half a list is none
     */
    @NonNull
    List<Machine> read(@NonNull MachineQuery query, @NonNull Predicate<Machine> wanted) throws DefenderException {
        List<Machine> machines = new ArrayList<>();
        int read = 0;
        boolean promised = false;
        URI next = query.first();
        for (int pages = 0; next != null; pages++) {
            if (pages == MAX_PAGES) {
                throw endless();
            }
            MachinePage page;
            try {
                page = page(next, wanted);
            } catch (DefenderException x) {
                if (x.kind() == Kind.NOT_FOUND && !promised) {
                    return machines;
                }
                throw x;
            }
            machines.addAll(page.machines());
            read += page.count();
            promised = page.next() != null;
            next = promised || page.count() < MachineQuery.PAGE ? page.next() : query.after(read);
        }
        return machines;
    }

    private MachinePage page(URI uri, Predicate<Machine> wanted) throws DefenderException {
        return DefenderClient.withFreshTokenIfRefused(() -> {
            calls++;
            return client.machines(registration, uri, wanted);
        });
    }

    private DefenderException endless() {
        return new DefenderException(
                Kind.NOT_UNDERSTOOD,
                registration.cloud().api().getHost() + " gave no end of its list of machines within " + MAX_PAGES
                        + " pages.",
                "Name the machines by their IDs, and check the URLs of the cloud.",
                null,
                null,
                null);
    }
}
