package io.jenkins.plugins.defendertags.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.record.TagRecord;
import java.util.List;
import java.util.function.Predicate;

/** A build's changes as its page shows them: each if there are few; else their number for each tag, and what failed. */
public final class BuildSummary {

    /** Of changes, lines and failures. */
    static final int LIMIT = 5;

    private final List<TagRecord> changes;
    private final List<SummaryLine> lines;

    BuildSummary(List<TagRecord> changes) {
        this.changes = changes;
        lines = isFew() ? List.of() : SummaryLine.of(changes);
    }

    public boolean isFew() {
        return changes.size() <= LIMIT;
    }

    /** All of them if they are few, else those that failed, up to {@value #LIMIT}. */
    public List<ShownChange> getChanges() {
        Predicate<TagRecord> shown = isFew() ? change -> true : change -> !change.isSuccess();
        return changes.stream().filter(shown).limit(LIMIT).map(ShownChange::new).toList();
    }

    /** Up to {@value #LIMIT}; empty if each change is shown. */
    public List<SummaryLine> getLines() {
        return lines.size() > LIMIT ? lines.subList(0, LIMIT) : lines;
    }

    /** How many lines are left out, or null if none is. */
    @CheckForNull
    public String getMoreLines() {
        return lines.size() > LIMIT ? Messages.BuildSummary_MoreLines(lines.size() - LIMIT) : null;
    }

    /** The text of the link to all changes. */
    public String getAll() {
        return Messages.BuildSummary_All(changes.size());
    }

    /** The text of the link to all that failed, or null if they are all shown. */
    @CheckForNull
    public String getAllFailed() {
        long failed = changes.stream().filter(change -> !change.isSuccess()).count();
        return failed > LIMIT ? Messages.BuildSummary_AllFailed(failed) : null;
    }
}
