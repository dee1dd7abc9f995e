package io.jenkins.plugins.defendertags.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.support.Paging;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the table of all changes of a build, of those that are searched for. */
public final class ChangeTable {

    private final List<TagRecord> found;
    private final List<ShownChange> rows;
    private final String query;
    private final boolean failedOnly;
    private final Paging paging;

    /**
     * @param query what the machine's name or ID, the tag, the error or the agent has to hold, in any case; null for anything
     * @param failedOnly whether to show only what failed
     * @param page from 1 on; what is no number or no page stands for the nearest one that there is
     */
    ChangeTable(List<TagRecord> changes, @CheckForNull String query, boolean failedOnly, @CheckForNull String page) {
        this.query = Util.fixNull(query).strip();
        this.failedOnly = failedOnly;
        Pattern searched =
                Pattern.compile(this.query, Pattern.LITERAL | Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
        found = changes.stream()
                .filter(change -> !failedOnly || !change.isSuccess())
                .filter(change -> this.query.isEmpty() || isFound(change, searched))
                .sorted(Comparator.comparing(TagRecord::isSuccess)) // failures come first
                .toList();
        paging = new Paging(found.size(), page, Map.of("query", this.query, "failed", failedOnly ? "true" : ""));
        rows = paging.select(found).stream().map(ShownChange::new).toList();
    }

    private static boolean isFound(TagRecord change, Pattern searched) {
        return Stream.of(
                        change.getComputerDnsName(),
                        change.getMachineId(),
                        change.getValue(),
                        change.getError(),
                        change.getNode())
                .filter(Objects::nonNull)
                .anyMatch(text -> searched.matcher(text).find());
    }

    public List<ShownChange> getRows() {
        return rows;
    }

    /** Whether the column has anything in it on this page; a column without is left out. */
    public boolean isWithTags() {
        return rows.stream().anyMatch(change -> !change.isFailed());
    }

    /** The same for the health of machines. */
    public boolean isWithHealth() {
        return rows.stream().anyMatch(change -> change.getMachine().getHealth() != null);
    }

    /** The same for the risk of machines. */
    public boolean isWithRisk() {
        return rows.stream().anyMatch(change -> change.getMachine().getRisk() != null);
    }

    /** The same for the agent. */
    public boolean isWithAgent() {
        return rows.stream().anyMatch(change -> !change.getNode().isEmpty());
    }

    /** The same for the number of calls, which says something only if a change took several. */
    public boolean isWithAttempts() {
        return rows.stream().anyMatch(change -> change.getAttempts() > 1);
    }

    public String getQuery() {
        return SingleLine.of(query, 255);
    }

    public boolean isFailedOnly() {
        return failedOnly;
    }

    /** Which changes of how many are shown. */
    public String getPosition() {
        if (found.isEmpty()) {
            return Messages.ChangeTable_Nothing();
        }
        return Messages.ChangeTable_Position(paging.getFirst(), paging.getLast(), paging.getTotal());
    }

    public Paging getPaging() {
        return paging;
    }
}
