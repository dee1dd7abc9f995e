package io.jenkins.plugins.defendertags.support;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One page of a long table, and the links to the other pages. */
public final class Paging {

    static final int ROWS = 50;

    /** The number of pages before and after the present one that are linked, besides the first and the last. */
    private static final int NEIGHBOURS = 2;

    private final int total;
    private final int page;
    private final String parameters;

    /**
     * @param total number of rows on all pages
     * @param page from 1 on; anything that is no page stands for the nearest one
     * @param parameters what else the links keep, such as the search; empty values are left out
     */
    public Paging(int total, @CheckForNull String page, Map<String, String> parameters) {
        this.total = total;
        this.page = Math.max(1, Math.min(number(page), getPages()));
        this.parameters = new TreeMap<>(parameters)
                .entrySet().stream()
                        .filter(parameter -> !parameter.getValue().isEmpty())
                        .map(parameter -> "&" + parameter.getKey() + "="
                                + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining());
    }

    private static int number(@CheckForNull String page) {
        try {
            return Integer.parseInt(Util.fixNull(page).strip());
        } catch (NumberFormatException x) {
            return 1;
        }
    }

    /** The rows of this page. */
    public <T> List<T> select(List<T> all) {
        return all.subList(Math.min(all.size(), getFirst() - 1), Math.min(all.size(), getLast()));
    }

    public int getTotal() {
        return total;
    }

    public int getPage() {
        return page;
    }

    public int getPages() {
        return Math.max(1, (total + ROWS - 1) / ROWS);
    }

    /** Number of the first row on this page, from 1 on. */
    public int getFirst() {
        return (page - 1) * ROWS + 1;
    }

    /** Number of the last row on this page; 0 if there is none. */
    public int getLast() {
        return Math.min(total, page * ROWS);
    }

    /** To the pages around, the first and the last; empty if there is only one. */
    public List<PageLink> getLinks() {
        List<PageLink> links = new ArrayList<>();
        int last = getPages();
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
        return page < getPages() ? href(page + 1) : null;
    }

    /** This page's own address, relative to the table's. */
    public String getHref() {
        return href(page);
    }

    private String href(int number) {
        return "?page=" + number + parameters;
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
