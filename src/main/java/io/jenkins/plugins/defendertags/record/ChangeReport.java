package io.jenkins.plugins.defendertags.record;

import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import java.util.stream.Collectors;

/**
 * What came of one change, for those who want to know: a line for people, a record for the build, and a line of the {@link AuditLog}.
 *
 * @param line for the log of whoever asked for the change
 */
public record ChangeReport(TagRecord record, String line) {

    /** @param change what is known of the change before its outcome */
    public static ChangeReport succeeded(TagRecordBuilder change, Machine machine, ChangeEffect effect) {
        return new ChangeReport(
                change.succeeded(machine, effect), describe(change.action(), change.tag(), machine, effect));
    }

    /**
     * @param change what is known of the change before its outcome
     * @param line says more than the problem alone
     */
    public static ChangeReport failed(TagRecordBuilder change, Problem problem, String line) {
        return new ChangeReport(change.failed(problem), line);
    }

    /** A change that was only checked. */
    public static ChangeReport dryRun(TagRecordBuilder change, Machine machine, boolean asWanted) {
        boolean adds = change.action() == TagAction.ADD;
        String already = adds ? ", which has it already" : ", which does not have it";
        return new ChangeReport(
                change.succeeded(machine, ChangeEffect.UNKNOWN),
                "Dry run: would " + change.action().describeWish(change.tag(), machine.toString())
                        + (asWanted ? already : "") + ": " + tags(machine));
    }

    private static String describe(TagAction action, Tag tag, Machine machine, ChangeEffect effect) {
        boolean adds = action == TagAction.ADD;
        String after = ": " + tags(machine);
        return switch (effect) {
            case CHANGED -> action.describe(tag, machine.toString()) + after;
            case ALREADY_SO ->
                machine + (adds ? " has " + quote(tag) + " already" : " does not have " + quote(tag)) + after;
            case UNKNOWN ->
                action.describe(tag, machine.toString())
                        + after
                        + (adds ? " (perhaps it was there before)" : " (perhaps it was not there before)");
        };
    }

    private static String quote(Tag tag) {
        return "\"" + SingleLine.of(tag.value(), Tag.MAX_LENGTH) + "\"";
    }

    private static String tags(Machine machine) {
        String tags = machine.tags().stream()
                .map(tag -> SingleLine.of(tag, Tag.MAX_LENGTH))
                .collect(Collectors.joining(", "));
        return tags.isEmpty() ? "no tags" : tags;
    }

    /** @param cause see {@link AuditLog#write(String, TagRecord)} */
    public void audit(String cause) {
        AuditLog.write(cause, record);
    }
}
