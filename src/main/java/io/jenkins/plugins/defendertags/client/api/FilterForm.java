package io.jenkins.plugins.defendertags.client.api;

import io.jenkins.plugins.defendertags.client.auth.Cloud;
import java.util.Collection;
import java.util.List;

/** The forms of a filter that finds several machines; which of them Defender accepts is not documented. */
public enum FilterForm {
    /** {@code id in ('…','…')}. */
    IN("id in (", ",", ")"),
    /** {@code … or …}. */
    OR("", " or ", "");

    /** In bytes; longer URLs may be refused on the way. */
    private static final int LONGEST_URL = 4096;

    private final String start;
    private final String separator;
    private final String end;

    FilterForm(String start, String separator, String end) {
        this.start = start;
        this.separator = separator;
        this.end = end;
    }

    /** Returns how many characters of a URL the clauses may take. */
    public int room(Cloud cloud) {
        return LONGEST_URL
                - MachineListQuery.withFilter(cloud, this, List.of())
                        .first()
                        .toString()
                        .length();
    }

    /** Returns how many characters of a URL a clause takes. */
    public int length(String clause) {
        return MachineListQuery.encode(clause + separator).length();
    }

    String filter(Collection<String> clauses) {
        return start + String.join(separator, clauses) + end;
    }
}
