package io.jenkins.plugins.defendertags.pages;

import static io.jenkins.plugins.defendertags.pages.Sentence.MACHINE;
import static io.jenkins.plugins.defendertags.pages.Sentence.TAG;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.support.MachineView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;

/** A change of a build as pages show it. */
public final class ShownChange {

    /** In characters; the build's log and {@code api/json} have all of it. */
    private static final int LONGEST_ERROR = 1000;

    private final TagRecord record;

    ShownChange(TagRecord record) {
        this.record = record;
    }

    static boolean isAddition(TagRecord record) {
        return TagAction.ADD.wireName().equals(record.getAction());
    }

    /** Whether there was nothing to do: the machine had the tag already, and Defender was not asked for a change. */
    static boolean isKept(TagRecord record) {
        return isAddition(record)
                && record.isSuccess()
                && !record.isDryRun()
                && record.getEffect().equals(ChangeEffect.ALREADY_SO.name());
    }

    /** What was done with which tag on which machine. */
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

    public String getTag() {
        return ShownText.of(record.getValue());
    }

    /** The one among the machine's tags that this change brought, or null if it brought none. */
    @CheckForNull
    public String getAdded() {
        return isAddition(record) && record.isSuccess() && !record.isDryRun() && !isKept(record) ? getTag() : null;
    }

    public MachineView getMachine() {
        return MachineViews.of(record);
    }

    public boolean isDryRun() {
        return record.isDryRun();
    }

    public boolean isFailed() {
        return !record.isSuccess();
    }

    /** Why it failed, or "". */
    public String getError() {
        return SingleLine.of(record.getError(), LONGEST_ERROR);
    }

    /** Where the troubleshooting page explains that; null if it does not. */
    @CheckForNull
    public ErrorCode getErrorCode() {
        return ErrorCode.find(record.getErrorCode());
    }

    /** The agent that the build ran on, or "". */
    public String getNode() {
        return ShownText.of(record.getNode());
    }

    public int getAttempts() {
        return record.getAttempts();
    }

    public Date getTime() {
        return new Date(record.getTime());
    }

    /** For machines: in UTC, to the second. */
    public String getIsoTime() {
        return Instant.ofEpochMilli(record.getTime())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    /** When Jenkins removes the tag again, or null. */
    @CheckForNull
    public Date getKeptUntil() {
        Long until = record.getKeptUntil();
        return until == null ? null : new Date(until);
    }
}
