package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Cause;
import hudson.model.Computer;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * Reports what came of a request: a line of the build's log, a {@link TagRecord} and a line of the Jenkins log for each
 * machine.
 */
final class ResultReporter {

    private static final Logger AUDIT = Logger.getLogger(ResultReporter.class.getName());
    private static final int SHOWN = 100;

    private final OperationContext context;
    private final TagRequest request;
    private final long start = System.nanoTime();
    private final AtomicBoolean done = new AtomicBoolean();

    ResultReporter(OperationContext context, TagRequest request) {
        this.context = context;
        this.request = request;
    }

    /**
     * Writes log and record. Only the first report counts: an operation can be given up at the very moment at which it ends.
     *
     * @param logFailures whether the log needs to show what failed, because no error of the build does
     * @return completes when the record is on disk
     */
    CompletableFuture<Void> report(List<TagResult> results, boolean logFailures) {
        if (!done.compareAndSet(false, true)) {
            return CompletableFuture.completedFuture(null);
        }
        if (results.isEmpty()) {
            context.log("The list of machines is empty: nothing to do");
            return CompletableFuture.completedFuture(null);
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        List<TagRecord> records = new ArrayList<>();
        Set<Object> reported = new HashSet<>();
        for (TagResult result : results) {
            if (!reported.add(result.id() == null ? String.valueOf(result.name()) : result.id())) {
                continue; // named twice, changed once
            }
            Machine machine = result.machine();
            Problem failure = result.failure();
            TagRecord.Builder record = record(result).cost(result.attempts(), millis);
            if (machine != null) {
                records.add(record.succeeded(machine, result.effect()));
                context.log(describe(machine, result.effect()));
            } else {
                records.add(record.failed(failure));
                if (logFailures) {
                    context.log(result.name() == null ? failure.message() : result.name() + ": " + failure.message());
                }
            }
            if (!request.dryRun()) {
                AUDIT.info(() -> audit(result));
            }
        }
        Troubleshooting.tell(TagResult.failures(results), context::log);
        return DefenderTagsAction.record(context.run(), records);
    }

    private TagRecord.Builder record(TagResult result) {
        MachineName name = result.name();
        return new TagRecord.Builder(request.id(), request.action(), request.tag())
                .machine(result.id(), name == null || name.kind() == MachineName.Kind.ID ? null : name.value())
                .node(node())
                .requestedBy(requester(context.run()))
                .credential(context.credential().getId(), context.credential().getCloud())
                .dryRun(request.dryRun());
    }

    @CheckForNull
    private String node() {
        Computer computer = context.computer();
        return computer == null ? null : computer.getDisplayName();
    }

    /** The user who started the build, else what did, in the words of its cause; null if nobody knows. */
    @CheckForNull
    static String requester(Run<?, ?> run) {
        Cause.UserIdCause user = run.getCause(Cause.UserIdCause.class);
        if (user != null && user.getUserId() != null) {
            return SingleLine.of(user.getUserId(), SHOWN);
        }
        List<Cause> causes = run.getCauses();
        return causes.isEmpty() ? null : SingleLine.of(causes.get(0).getShortDescription(), SHOWN);
    }

    private String audit(TagResult result) {
        Problem failure = result.failure();
        return SingleLine.of(
                request.action().wireName() + " tag \"" + request.tag() + "\" on machine "
                        + (result.id() == null ? result.name() : result.id()) + " by build "
                        + context.run().getExternalizableId() + ", started by " + requester(context.run())
                        + (node() == null ? "" : ", agent " + node()) + ", credential "
                        + context.credential().getId() + ": "
                        + (failure == null ? result.effect().name() : "failed, " + failure.message()),
                2000);
    }

    private String describe(Machine machine, ChangeEffect effect) {
        String tags = machine.tags().stream()
                .map(tag -> SingleLine.of(tag, Tag.MAX_LENGTH))
                .collect(Collectors.joining(", "));
        String after = ": " + (tags.isEmpty() ? "no tags" : tags);
        TagAction action = request.action();
        boolean adds = action == TagAction.ADD;
        if (request.dryRun()) {
            boolean asWanted = machine.isAfter(new TagChange(action, request.tag(), machine.id()));
            String already = adds ? ", which has it already" : ", which does not have it";
            return "Dry run: would " + action.describeWish(request.tag(), machine.toString())
                    + (asWanted ? already : "") + after;
        }
        String tag = "\"" + SingleLine.of(request.tag().value(), Tag.MAX_LENGTH) + "\"";
        return switch (effect) {
            case CHANGED -> action.describe(request.tag(), machine.toString()) + after;
            case ALREADY_SO -> machine + (adds ? " has " + tag + " already" : " does not have " + tag) + after;
            case UNKNOWN ->
                action.describe(request.tag(), machine.toString())
                        + after
                        + (adds ? " (perhaps it was there before)" : " (perhaps it was not there before)");
        };
    }
}
