package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.resolve.ResolvedMachine;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
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
public record ResultReporter(
        TagRequest request,
        EntraAppRegistration credential,
        @CheckForNull String node,
        Consumer<String> log) {

    /**
     * @param logErrors whether the log needs to hear of what failed, because no error of the build tells it
     * @param millis since the request
     */
    public void keep(
            Run<?, ?> run, List<ResolvedMachine> machines, SubmittedChanges changes, boolean logErrors, long millis) {
        List<TagRecord> records = new ArrayList<>();
        Set<Object> told = new HashSet<>();
        for (ResolvedMachine asked : machines) {
            if (!told.add(asked.id() == null ? asked.name() : asked.id())) {
                continue; // named twice, changed once
            }
            TagResult result = changes.resultOf(asked);
            TagRecord.Builder record = record(asked).cost(changes.calls(asked), millis);
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

    private TagRecord.Builder record(ResolvedMachine asked) {
        MachineName name = asked.name();
        return new TagRecord.Builder(request.id(), request.action(), request.tag())
                .machine(asked.id(), name == null || name.kind() == MachineName.Kind.ID ? null : name.value())
                .node(node)
                .credential(credential.getId(), credential.getCloud())
                .dryRun(request.dryRun());
    }

    private String describe(Machine machine, int calls) {
        String tags = machine.tags().stream()
                .map(tag -> SingleLine.of(tag, Tag.MAX_LENGTH))
                .collect(Collectors.joining(", "));
        String now = ": " + (tags.isEmpty() ? "no tags" : tags);
        TagAction action = request.action();
        if (!request.dryRun() && calls == 0) {
            return machine + " has \"" + SingleLine.of(request.tag().value(), Tag.MAX_LENGTH)
                    + "\" already and keeps it" + now;
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
