package io.jenkins.plugins.defendertags.steps;

import hudson.model.Run;
import io.jenkins.plugins.defendertags.leases.TagSweep;
import io.jenkins.plugins.defendertags.tagging.TagRequest;
import io.jenkins.plugins.defendertags.tagging.TagResult;
import java.time.Duration;
import java.util.List;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** One sweep; after a restart it goes on with the machines that were found, if they were. */
final class DefenderTagSweepExecution extends TagStepExecution<List<TagResult>> {

    private static final long serialVersionUID = 1;

    private final Duration olderThan;
    private volatile TagRequest request;

    DefenderTagSweepExecution(StepContext context, TagRequest request, Duration olderThan) {
        super(context);
        this.request = request;
        this.olderThan = olderThan;
    }

    @Override
    TagSweep begin() throws Exception {
        TagSweep sweep = TagSweep.start(request, olderThan, getContext().get(Run.class), listener());
        sweep.found().thenAccept(this::remember);
        return sweep;
    }

    private void remember(TagRequest found) {
        request = found;
        getContext().saveState();
    }

    @Override
    void succeeded(List<TagResult> results) {
        getContext().onSuccess(toMaps(results));
    }
}
