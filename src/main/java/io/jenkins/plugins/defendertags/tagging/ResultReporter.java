package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Computer;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.record.ChangeReport;
import io.jenkins.plugins.defendertags.record.Requester;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.record.TagRecordBuilder;
import io.jenkins.plugins.defendertags.support.Troubleshooting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Reports what came of a request: a {@link ChangeReport} for each machine. */
final class ResultReporter {

    private final OperationContext context;
    private final ChangeFilter filter;
    private final TagRequest request;
    private final long start = System.nanoTime();
    private final AtomicBoolean done = new AtomicBoolean();

    ResultReporter(OperationContext context, TagRequest request, ChangeFilter filter) {
        this.context = context;
        this.request = request;
        this.filter = filter;
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
            ChangeReport report = report(result, millis);
            records.add(report.record());
            if (result.failure() == null || logFailures) {
                context.log(report.line());
            }
            if (!request.dryRun()) {
                report.audit("build " + context.run().getExternalizableId());
            }
        }
        Troubleshooting.tell(TagResult.failures(results), context::log);
        return filter.record(context.run(), records);
    }

    private ChangeReport report(TagResult result, long millis) {
        TagRecordBuilder change = record(result).cost(result.attempts(), millis);
        Machine machine = result.machine();
        Problem failure = result.failure();
        if (machine == null) {
            String line = result.name() == null ? failure.message() : result.name() + ": " + failure.message();
            return ChangeReport.failed(change, failure, line);
        }
        change.keptUntil(request.dryRun() ? null : filter.keptUntil(machine.id()));
        return request.dryRun()
                ? ChangeReport.dryRun(
                        change, machine, machine.isAfter(new TagChange(request.action(), request.tag(), machine.id())))
                : ChangeReport.succeeded(change, machine, result.effect());
    }

    private TagRecordBuilder record(TagResult result) {
        MachineName name = result.name();
        return new TagRecordBuilder(request.id(), request.action(), request.tag())
                .machine(result.id(), name == null || name.kind() == MachineName.Kind.ID ? null : name.value())
                .node(node())
                .requestedBy(Requester.of(context.run()))
                .credential(context.credential().getId(), context.credential().getCloud())
                .dryRun(request.dryRun());
    }

    @CheckForNull
    private String node() {
        Computer computer = context.computer();
        return computer == null ? null : computer.getDisplayName();
    }
}
