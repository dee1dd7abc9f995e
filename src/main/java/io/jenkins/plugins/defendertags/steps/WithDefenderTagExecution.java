package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.leases.LeaseService;
import io.jenkins.plugins.defendertags.leases.TagBlock;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.tagging.TagRequest;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jenkinsci.plugins.workflow.steps.BodyExecution;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** A block under way: adds, runs the body, removes, and ends as the body did. Holds no thread, and goes on after a restart. */
final class WithDefenderTagExecution extends TagStepExecution<String> {

    private static final long serialVersionUID = 1;

    private final String id = UUID.randomUUID().toString();
    /** Replaced, never changed, because Pipeline may be saving it. */
    private volatile ArrayList<TagRequest> requests;

    private volatile boolean begun;
    private volatile BodyExecution body;
    private volatile boolean ended;
    private Serializable result;
    private Throwable problem;

    /** What cannot be saved is only lost if the controller stops at this very moment. */
    private transient Object anyResult;

    WithDefenderTagExecution(StepContext context, List<TagRequest> requests) {
        super(context);
        this.requests = new ArrayList<>(requests);
    }

    @Override
    TagBlock begin() throws Exception {
        TagBlock block = TagBlock.add(
                id, requests, getContext().get(Run.class), getContext().get(Computer.class), listener());
        block.whenAgentsOwnIsKnown(this::remember);
        return block;
    }

    private void remember(MachineName agentsOwn) {
        ArrayList<TagRequest> known = new ArrayList<>();
        requests.forEach(request -> known.add(request.forAgentsOwn(agentsOwn)));
        requests = known;
        getContext().saveState();
    }

    /** The tags are there; what went wrong is told. */
    @Override
    void succeeded(@CheckForNull String warning) throws Exception {
        warn(requests.get(0).onError(), warning);
        body = getContext().newBodyInvoker().withCallback(new Callback()).start();
    }

    @Override
    void failed(Throwable failure) {
        end(null, DefenderException.unwrap(failure));
    }

    private final class Callback extends BodyExecutionCallback {

        private static final long serialVersionUID = 1;

        /** By Pipeline's own thread, which also saves: so what is saved has both the body and this, or neither. */
        @Override
        public void onStart(StepContext context) {
            begun = true;
        }

        @Override
        public void onSuccess(StepContext context, Object value) {
            end(value, null);
        }

        @Override
        public void onFailure(StepContext context, Throwable failure) {
            end(null, failure);
        }
    }

    private void end(Object value, Throwable failure) {
        anyResult = value;
        result = value instanceof Serializable savable ? savable : null;
        problem = failure;
        ended = true;
        getContext().saveState();
        remove();
    }

    private void remove() {
        TagBlock.remove(id, anyListener()).whenComplete((done, trouble) -> {
            if (DefenderService.get().isStopping()) {
                return; // goes on after the restart
            }
            if (problem != null) {
                getContext().onFailure(problem);
            } else {
                getContext().onSuccess(anyResult == null ? result : anyResult);
            }
        });
    }

    /** The tag is removed even if nobody can be told. */
    private TaskListener anyListener() {
        try {
            return listener();
        } catch (InterruptedException x) {
            Thread.currentThread().interrupt();
            return TaskListener.NULL;
        }
    }

    @Override
    public void onResume() {
        if (ended) {
            remove();
        } else if (begun) {
            LeaseService.get().enter(id);
        } else {
            super.onResume();
        }
    }

    /** Ends at once while it adds or removes; the rest is then done without the build. */
    @Override
    public void stop(Throwable cause) throws Exception {
        BodyExecution running = body;
        if (begun && !ended && running != null) {
            running.cancel(cause);
            return;
        }
        giveUp();
        if (!ended) {
            TagBlock.remove(id, anyListener());
        }
        super.stop(cause);
    }

    @Override
    public String getStatus() {
        if (ended) {
            return "removing the tag";
        }
        return begun ? "tagged" : super.getStatus();
    }
}
