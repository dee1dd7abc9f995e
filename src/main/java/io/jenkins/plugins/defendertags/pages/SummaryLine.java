package io.jenkins.plugins.defendertags.pages;

import static io.jenkins.plugins.defendertags.pages.Sentence.TAG;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.record.TagRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What a build did with one tag on all its machines, in one line. Not thread-safe. */
public final class SummaryLine {

    private final TagRecord first;
    private final Set<Object> done = new HashSet<>();
    private final Set<Object> kept = new HashSet<>();
    private final Set<Object> failed = new HashSet<>();

    private SummaryLine(TagRecord first) {
        this.first = first;
    }

    /** One for each action and tag, dry runs apart, in the order in which they came first. */
    static List<SummaryLine> of(Collection<TagRecord> changes) {
        Map<List<Object>, SummaryLine> lines = new LinkedHashMap<>();
        for (TagRecord change : changes) {
            lines.computeIfAbsent(
                            List.of(change.getAction(), change.getValue(), change.isDryRun()),
                            key -> new SummaryLine(change))
                    .add(change);
        }
        return new ArrayList<>(lines.values());
    }

    /** A machine counts once for each outcome; one that was not found and not named counts for itself. */
    private void add(TagRecord change) {
        Object machine = Objects.requireNonNullElse(
                change.getMachineId(), Objects.requireNonNullElse(change.getComputerDnsName(), change));
        if (!change.isSuccess()) {
            failed.add(machine);
        } else if (ShownChange.isKept(change)) {
            kept.add(machine);
        } else {
            done.add(machine);
        }
    }

    /** What was done to how many machines. */
    public List<Sentence.Piece> getSentence() {
        boolean adds = ShownChange.isAddition(first);
        int count = done.size();
        if (count == 0 && kept.isEmpty()) {
            return Sentence.of(
                    adds
                            ? Messages.SummaryLine_NotAdded(TAG, failed.size())
                            : Messages.SummaryLine_NotRemoved(TAG, failed.size()));
        }
        if (count == 0) {
            return Sentence.of(Messages.SummaryLine_OnlyKept(TAG, kept.size()));
        }
        if (first.isDryRun()) {
            return Sentence.of(
                    adds ? Messages.SummaryLine_WouldAdd(TAG, count) : Messages.SummaryLine_WouldRemove(TAG, count));
        }
        return Sentence.of(adds ? Messages.SummaryLine_Added(TAG, count) : Messages.SummaryLine_Removed(TAG, count));
    }

    public String getTag() {
        return ShownText.of(first.getValue());
    }

    public boolean isDryRun() {
        return first.isDryRun();
    }

    /** On how many machines the tag was already, or null if on none or if {@link #getSentence} says so. */
    @CheckForNull
    public String getKept() {
        return kept.isEmpty() || done.isEmpty() ? null : Messages.SummaryLine_Kept(kept.size());
    }

    /** How many machines failed, or null if none did or if {@link #getSentence} says so. */
    @CheckForNull
    public String getFailed() {
        return failed.isEmpty() || done.isEmpty() && kept.isEmpty() ? null : Messages.SummaryLine_Failed(failed.size());
    }
}
