package io.jenkins.plugins.defendertags.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.record.TagRecord;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the table of all changes of a build, of those that are searched for. */
public final class ChangeTable {

    static final int ROWS = 50;

    /** How many pages before and after the present one are linked, besides the first and the last. */
    private static final int NEIGHBOURS = 2;

    private final List<TagRecord> found;
    private final String query;
    private final boolean failedOnly;
    private final int page;

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
                .toList();
        this.page = Math.max(1, Math.min(number(page), pages()));
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

    private static int number(@CheckForNull String page) {
        try {
            return Integer.parseInt(Util.fixNull(page).strip());
        } catch (NumberFormatException x) {
            return 1;
        }
    }

    private int pages() {
        return Math.max(1, (found.size() + ROWS - 1) / ROWS);
    }

    public List<ShownChange> getRows() {
        return found.stream()
                .skip((page - 1L) * ROWS)
                .limit(ROWS)
                .map(ShownChange::new)
                .toList();
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
        int first = (page - 1) * ROWS + 1;
        return Messages.ChangeTable_Position(first, Math.min(found.size(), first + ROWS - 1), found.size());
    }

    /** To the pages around, the first and the last; empty if there is only one. */
    public List<PageLink> getLinks() {
        List<PageLink> links = new ArrayList<>();
        int last = pages();
        for (int number = 1; number <= last && last > 1; number++) {
            if (number == 1 || number == last || Math.abs(number - page) <= NEIGHBOURS) {
                links.add(new PageLink(number, number == page, href(number)));
            } else if (!links.get(links.size() - 1).isGap()) {
                links.add(new PageLink(number, false, null));
            }
        }
        return links;
    }

    /** Null on the first page. */
    @CheckForNull
    public String getPrevious() {
        return page > 1 ? href(page - 1) : null;
    }

    /** Null on the last page. */
    @CheckForNull
    public String getNext() {
        return page < pages() ? href(page + 1) : null;
    }

    private String href(int number) {
        return "?page=" + number
                + (query.isEmpty() ? "" : "&query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                + (failedOnly ? "&failed=true" : "");
    }

    /** A link to a page of the table, or the gap where some are left out. */
    public static final class PageLink {

        private final int number;
        private final boolean current;
        private final String href;

        private PageLink(int number, boolean current, @CheckForNull String href) {
            this.number = number;
            this.current = current;
            this.href = href;
        }

        public int getNumber() {
            return number;
        }

        public boolean isCurrent() {
            return current;
        }

        @CheckForNull
        public String getHref() {
            return href;
        }

        public boolean isGap() {
            return href == null;
        }
    }
}
