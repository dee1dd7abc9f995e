package io.jenkins.plugins.defendertags.pages;

import static io.jenkins.plugins.defendertags.pages.Sentence.MACHINE;
import static io.jenkins.plugins.defendertags.pages.Sentence.TAG;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.defendertags.TagRecord;
import io.jenkins.plugins.defendertags.client.OneLine;
import io.jenkins.plugins.defendertags.client.TagAction;
import io.jenkins.plugins.defendertags.client.Topic;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;

/** A change of a build as pages show it. */
public final class ShownChange {

    /** In characters; the build's log and {@code api/json} have all of it. */
    private static final int LONGEST_ERROR = 1000;

    private final TagRecord record;

    ShownChange(@NonNull TagRecord record) {
        this.record = record;
    }

    static boolean isAddition(@NonNull TagRecord record) {
        return TagAction.ADD.wireName().equals(record.getAction());
    }

    /** Whether there was nothing to do: the machine had the tag already, and Defender was not asked for a change. */
    static boolean isKept(@NonNull TagRecord record) {
        return isAddition(record) && record.isSuccess() && !record.isDryRun() && record.getApiCalls() == 0;
    }

    /** What was done with which tag on which machine. */
    @NonNull
    public List<Sentence.Piece> getSentence() {
        boolean adds = isAddition(record);
        if (!record.isSuccess()) {
            return Sentence.of(
                    adds ? Messages.Sentence_NotAdded(TAG, MACHINE) : Messages.Sentence_NotRemoved(TAG, MACHINE));
        }
        if (record.isDryRun()) {
            return Sentence.of(
                    adds ? Messages.Sentence_WouldAdd(TAG, MACHINE) : Messages.Sentence_WouldRemove(TAG, MACHINE));
        }
        if (isKept(record)) {
            return Sentence.of(Messages.Sentence_Kept(TAG, MACHINE));
        }
        return Sentence.of(adds ? Messages.Sentence_Added(TAG, MACHINE) : Messages.Sentence_Removed(TAG, MACHINE));
    }

    /** What was done, in a word or two, for a table. */
    @NonNull
    public String getWhat() {
        boolean adds = isAddition(record);
        if (!record.isSuccess()) {
            return adds ? Messages.What_NotAdded() : Messages.What_NotRemoved();
        }
        if (record.isDryRun()) {
            return adds ? Messages.What_WouldAdd() : Messages.What_WouldRemove();
        }
        if (isKept(record)) {
            return Messages.What_Kept();
        }
        return adds ? Messages.What_Added() : Messages.What_Removed();
    }

    @NonNull
    public String getTag() {
        return record.shown(record.getValue());
    }

    /** The one among the machine's tags that this change brought, or null if it brought none. */
    @CheckForNull
    public String getAdded() {
        return isAddition(record) && record.isSuccess() && !record.isDryRun() && !isKept(record) ? getTag() : null;
    }

    @NonNull
    public ShownMachine getMachine() {
        return new ShownMachine(record);
    }

    public boolean isDryRun() {
        return record.isDryRun();
    }

    public boolean isFailed() {
        return !record.isSuccess();
    }

    /** Why it failed, or "". */
    @NonNull
    public String getError() {
        return OneLine.of(record.getError(), LONGEST_ERROR);
    }

    /** Where the troubleshooting page explains that; null if it does not. */
    @CheckForNull
    public Topic getTopic() {
        return Topic.find(record.getTopic());
    }

    /** The agent that the build ran on, or "". */
    @NonNull
    public String getNode() {
        return record.shown(record.getNode());
    }

    public int getCalls() {
        return record.getApiCalls();
    }

    @NonNull
    public Date getTime() {
        return new Date(record.getTime());
    }

    /** For machines: in UTC, to the second. */
    @NonNull
    public String getIsoTime() {
        return Instant.ofEpochMilli(record.getTime())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }
}
