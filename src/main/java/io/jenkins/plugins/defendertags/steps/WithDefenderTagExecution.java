package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.leases.TagBlock;
import io.jenkins.plugins.defendertags.service.DefenderService;
import io.jenkins.plugins.defendertags.tagging.TagRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
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
    private volatile BlockEnd end;

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

    /** Removes the tags only once Pipeline has saved the end: after a kill before that, the body goes on and needs them. */
    private void end(@CheckForNull Object value, @CheckForNull Throwable failure) {
        end = new BlockEnd(value, failure);
        body = null; // it keeps the body's result, which Pipeline may not be able to save
        getContext().saveState().addListener(this::remove, Computer.threadPoolForRemoting);
    }

    private void remove() {
        TagBlock.remove(id, anyListener()).whenComplete((done, trouble) -> {
            if (!DefenderService.get().isStopping()) { // else it goes on after the restart
                end.passOn(getContext());
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
        if (end != null) {
            remove();
        } else if (begun) {
            resumeBlock();
        } else {
            super.onResume();
        }
    }

    private void resumeBlock() {
        try {
            TagBlock.resume(id, getContext().get(Run.class));
        } catch (IOException | InterruptedException x) {
            getContext().onFailure(x);
        }
    }

    /** Ends at once while it adds or removes; the rest is then done without the build. */
    @Override
    public void stop(Throwable cause) throws Exception {
        BodyExecution running = body;
        if (begun && end == null && running != null) {
            running.cancel(cause);
            return;
        }
        CompletableFuture<Void> givenUp = giveUp();
        if (end == null) {
            TagBlock.remove(id, anyListener());
        }
        givenUp.whenComplete((done, failure) -> getContext().onFailure(cause));
    }

    @Override
    public String getStatus() {
        if (end != null) {
            return "removing the tag";
        }
        return begun ? "tagged" : super.getStatus();
    }
}
