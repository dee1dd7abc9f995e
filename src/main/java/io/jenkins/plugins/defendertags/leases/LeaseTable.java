package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.support.Paging;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the table of leases. */
public final class LeaseTable {

    private static final int LONGEST_QUERY = 255;

    private final String query;
    private final boolean all;
    private final Paging paging;
    private final List<ShownLease> rows;

    /**
     * @param leases where to search
     * @param query text that a lease must contain, in any case; null for any lease
     * @param all whether these are all leases, and not only those whose tag could not be removed
     * @param page from 1 on
     * @param underWay whether an attempt to remove the tag is under way
     */
    LeaseTable(
            List<Lease> leases,
            @CheckForNull String query,
            boolean all,
            @CheckForNull String page,
            Predicate<Lease> underWay) {
        this.query = Util.fixNull(query).strip();
        this.all = all;
        List<Lease> found = leases.stream()
                .filter(search(this.query))
                .sorted(Comparator.comparing((Lease lease) -> ShownLease.state(lease))
                        .thenComparing(LeaseTable::time)
                        .thenComparing(Lease::id))
                .toList();
        paging = new Paging(found.size(), page, Map.of("query", this.query, "all", all ? "true" : ""));
        rows = paging.select(found).stream()
                .map(lease -> new ShownLease(lease, underWay.test(lease)))
                .toList();
    }

    /** What is longest in its state comes first. */
    private static Instant time(Lease lease) {
        Instant ended = lease.ended();
        return ended == null ? lease.since() : ended;
    }

    /** The leases whose tag, machine, build, agent, credential or problem contains a text, in any case. */
    static Predicate<Lease> search(@CheckForNull String query) {
        String text = Util.fixNull(query).strip();
        if (text.isEmpty()) {
            return lease -> true;
        }
        Pattern searched = Pattern.compile(text, Pattern.LITERAL | Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
        return lease -> Stream.of(
                        lease.tag().value(),
                        lease.machineName(),
                        lease.machine().value(),
                        lease.holder().build(),
                        lease.holder().node(),
                        lease.credential().id(),
                        problem(lease))
                .filter(Objects::nonNull)
                .anyMatch(part -> searched.matcher(part).find());
    }

    @CheckForNull
    private static String problem(Lease lease) {
        Problem problem = lease.attempts().problem();
        return problem == null ? null : problem.message();
    }

    public List<ShownLease> getRows() {
        return rows;
    }

    public String getQuery() {
        return SingleLine.of(query, LONGEST_QUERY);
    }

    public boolean isAll() {
        return all;
    }

    public Paging getPaging() {
        return paging;
    }

    /** Which leases of how many are shown. */
    public String getPosition() {
        if (rows.isEmpty()) {
            return query.isEmpty() ? Messages.LeaseTable_Nothing() : Messages.LeaseTable_NotFound();
        }
        return Messages.LeaseTable_Position(paging.getFirst(), paging.getLast(), paging.getTotal());
    }
}
