package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.api.MachinePage;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.http.HttpTransport;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads a list of machines to its end, one page for each call. A page that is too large or too slow is asked for again, smaller;
 * a list that repeats itself is an error. One thread at a time.
 */
class ListScan {

    /** A million machines, and as many calls as a minute allows. More is no list but a loop. */
    static final int MAX_PAGES = 100;

    private final AppRegistration registration;
    private final Predicate<Machine> wanted;
    private final List<Machine> machines = new ArrayList<>();
    /** Where pages are, and what they contained. */
    private final Set<Object> seen = new HashSet<>();

    private MachineListQuery query;
    /** The next page; null at the end. */
    @CheckForNull
    private URI next;

    /** Whether the page before named this one, so that it must be there. */
    private boolean promised;

    private int read;
    private int pages;
    private boolean broken;

    /** @param wanted what to keep */
    ListScan(AppRegistration registration, MachineListQuery query, Predicate<Machine> wanted) {
        this.registration = registration;
        this.query = query;
        this.wanted = wanted;
        next = query.first();
    }

    /** Reads the next page and blocks meanwhile. */
    void readPage(DefenderClient client) throws DefenderException {
        if (pages == MAX_PAGES) {
            throw broken("gave no end of its list of machines within " + MAX_PAGES + " pages.");
        }
        URI here = Objects.requireNonNull(next);
        MachinePage page = fetch(client, here);
        seen.add(here);
        if (page.count() > 0 && !seen.add(List.of(page.count(), page.contents()))) {
            throw broken("sent the same page of its list of machines twice.");
        }
        pages++;
        read += page.count();
        machines.addAll(page.machines());
        next = after(page);
        if (next != null && seen.contains(next)) {
            throw broken("continues its list of machines with a page that was read before.");
        }
    }

    private MachinePage fetch(DefenderClient client, URI page) throws DefenderException {
        try {
            return client.listMachines(registration, page, wanted);
        } catch (DefenderException x) {
            if (x.kind() == Kind.NOT_FOUND && !promised) {
                return MachinePage.EMPTY; // which is how an empty list may be answered
            }
            throw x;
        }
    }

    @CheckForNull
    private URI after(MachinePage page) {
        URI link = page.next();
        promised = link != null;
        if (link != null) {
            return query.isContinuedBy(link) ? link : query.after(read);
        }
        return page.count() < query.top() ? null : query.after(read);
    }

    /** Ends with this machine, which is all. */
    final void complete(Machine machine) {
        machines.add(machine);
        pages++;
        next = null;
    }

    /**
     * Continues in smaller pages, if that can help.
     *
     * @return whether it is worth another call
     */
    boolean shrink(Throwable failure) {
        MachineListQuery smaller = isTooMuch(failure) ? query.smaller() : null;
        if (smaller == null) {
            return false;
        }
        query = smaller;
        next = query.after(read);
        return true;
    }

    /** Returns whether the very same call may be made again after this failure. */
    boolean isRepeatable(DefenderException failure) {
        return !broken && !(isTooMuch(failure) && query.smaller() != null);
    }

    private static boolean isTooMuch(Throwable failure) {
        return failure instanceof DefenderException known
                && (known.kind() == Kind.TOO_LARGE || HttpTransport.isSlowAnswer(known));
    }

    boolean isComplete() {
        return next == null;
    }

    /** Whether pages were read, or asked for in a smaller size: such a list is continued, not begun again. */
    boolean hasBegun() {
        return pages > 0 || query.top() > 0 && query.top() < MachineListQuery.PAGE;
    }

    int pages() {
        return pages;
    }

    /** The largest page that is asked for. */
    int top() {
        return query.top();
    }

    /** What was wanted of the pages so far, in Defender's order. A list that changes meanwhile may repeat a machine. */
    List<Machine> machines() {
        return machines;
    }

    private DefenderException broken(String what) {
        broken = true;
        return DefenderException.of(Kind.NOT_UNDERSTOOD)
                .message(registration.cloud().api().getHost() + " " + what)
                .remedy("Name the machines by their IDs, and check the URLs of the cloud.")
                .build();
    }
}
