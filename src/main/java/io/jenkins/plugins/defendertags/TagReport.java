package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.Machine;
import io.jenkins.plugins.defendertags.client.OneLine;
import io.jenkins.plugins.defendertags.client.Problem;
import io.jenkins.plugins.defendertags.client.ResolvedMachine;
import io.jenkins.plugins.defendertags.client.Tag;
import io.jenkins.plugins.defendertags.client.TagAction;
import io.jenkins.plugins.defendertags.client.TagChange;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Tells a build's log and its record what came of a request: one line and one {@link TagRecord} for each machine.
 *
 * @param node the agent that the build runs on, or null
 * @param log takes one line at a time
 */
record TagReport(
        @NonNull TagRequest request,
        @NonNull EntraAppRegistration credential,
        @CheckForNull String node,
        @NonNull Consumer<String> log) {

    /**
     * @param logErrors whether the log needs to hear of what failed, because no error of the build tells it
     * @param millis since the request
     */
    void keep(
            @NonNull Run<?, ?> run,
            @NonNull List<ResolvedMachine> machines,
            @NonNull Changes changes,
            boolean logErrors,
            long millis) {
        List<TagRecord> records = new ArrayList<>();
        Set<Object> told = new HashSet<>();
        for (ResolvedMachine asked : machines) {
            if (!told.add(asked.id() == null ? asked.name() : asked.id())) {
                continue; // named twice, changed once
            }
            TagResult result = changes.resultOf(asked);
            TagRecord record = new TagRecord(request, asked, node, credential, changes.calls(asked), millis);
            Machine machine = result.machine();
            Problem failure = result.failure();
            records.add(machine == null ? record.failed(failure) : record.succeeded(machine));
            if (machine != null) {
                log.accept(describe(machine, changes.calls(asked)));
            } else if (logErrors) {
                log.accept(asked.name() == null ? failure.message() : asked.name() + ": " + failure.message());
            }
        }
        DefenderTagsAction.record(run, records);
    }

    private String describe(Machine machine, int calls) {
        String tags = machine.tags().stream()
                .map(tag -> OneLine.of(tag, Tag.MAX_LENGTH))
                .collect(Collectors.joining(", "));
        String now = ": " + (tags.isEmpty() ? "no tags" : tags);
        TagAction action = request.action();
        if (!request.dryRun() && calls == 0) {
            return machine + " has \"" + OneLine.of(request.tag().value(), Tag.MAX_LENGTH) + "\" already and keeps it"
                    + now;
        }
        if (!request.dryRun()) {
            return action.describe(request.tag(), machine.toString()) + now;
        }
        String there = action == TagAction.ADD ? "which has it already" : "which does not have it";
        boolean asWanted = machine.isAfter(new TagChange(action, request.tag(), machine.id()));
        return "Dry run: would " + action.describeWish(request.tag(), machine.toString())
                + (asWanted ? ", " + there : "") + now;
    }
}
