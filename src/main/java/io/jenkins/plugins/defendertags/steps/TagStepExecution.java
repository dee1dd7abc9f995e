package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.support.AsyncOperation;
import io.jenkins.plugins.defendertags.tagging.OnError;
import io.jenkins.plugins.defendertags.tagging.TagResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.actions.WarningAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/** A step that holds no thread: the service calls back. After a restart of the controller it begins once more. */
abstract class TagStepExecution<T> extends StepExecution {

    private static final long serialVersionUID = 1;

    private static final Logger LOGGER = Logger.getLogger(TagStepExecution.class.getName());

    private transient volatile AsyncOperation<T> pending;
    private transient volatile boolean stopped;

    TagStepExecution(StepContext context) {
        super(context);
    }

    /** Starts the work and returns at once. */
    abstract AsyncOperation<T> begin() throws Exception;

    /** The work is done. */
    abstract void succeeded(T outcome) throws Exception;

    /** The work, or what came after it, has failed. */
    void failed(Throwable problem) {
        getContext().onFailure(problem);
    }

    @Override
    public final boolean start() throws Exception {
        AsyncOperation<T> begun = begin();
        pending = begun;
        begun.outcome().whenComplete((outcome, problem) -> {
            if (stopped) {
                return; // Pipeline has been told already
            }
            if (problem != null) {
                failed(problem);
                return;
            }
            try {
                succeeded(outcome);
            } catch (Exception x) { // whoever waits must hear of it, whatever it is
                failed(x);
            }
        });
        return false;
    }

    /** Begins again, with what is known by now: whether or not Defender made a change before the restart, it ends up made once. */
    @Override
    public void onResume() {
        try {
            start();
        } catch (Exception x) {
            failed(x);
        }
    }

    /** @return completes normally when what was done until then is in log and record */
    final CompletableFuture<Void> giveUp() {
        stopped = true;
        AsyncOperation<T> begun = pending;
        return begun == null ? CompletableFuture.completedFuture(null) : begun.cancel();
    }

    @Override
    public void stop(Throwable cause) throws Exception {
        giveUp().whenComplete((done, failure) -> getContext().onFailure(cause));
    }

    @Override
    public String getStatus() {
        AsyncOperation<T> begun = pending;
        return begun == null ? "not started yet" : begun.status();
    }

    /** What the step returns for several machines. */
    static List<Map<String, Object>> toMaps(List<TagResult> results) {
        List<Map<String, Object>> machines = new ArrayList<>();
        results.forEach(result -> machines.add(result.toMap()));
        return machines;
    }

    /** Shows the step and its stage as unstable, as {@code warnError} does; the build only if it is to be. */
    final void warn(OnError onError, @CheckForNull String problem) throws IOException, InterruptedException {
        if (problem == null) {
            return;
        }
        getContext().get(FlowNode.class).addOrReplaceAction(new WarningAction(Result.UNSTABLE).withMessage(problem));
        if (onError == OnError.UNSTABLE) {
            getContext().get(Run.class).setResult(Result.UNSTABLE);
        }
    }

    /**
     * The log of the step. A controller that is killed just when a step has ended may have saved the end, but not what came
     * after: then the step is resumed although its log is closed, and has to end once more without one.
     */
    final TaskListener listener() throws InterruptedException {
        try {
            return getContext().get(TaskListener.class);
        } catch (IOException closed) {
            LOGGER.log(Level.FINE, closed, () -> "A step goes on without its log");
            return TaskListener.NULL;
        }
    }
}
