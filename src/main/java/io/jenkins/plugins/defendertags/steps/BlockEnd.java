package io.jenkins.plugins.defendertags.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import hudson.AbortException;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * How a block's body ended, kept while its tags are removed. Other block steps pass on whatever a body returned at once, so it need
 * not be serializable; what is not must not keep Pipeline from saving the build, and is lost only if the controller stops in these
 * seconds.
 */
final class BlockEnd implements Serializable {

    private static final long serialVersionUID = 1;

    private static final int SHOWN = 200;

    private final boolean successful;
    /** The result or the failure, as far as it can be saved. */
    private final Serializable saved;
    /** What is said in its place after a restart; null if it was saved. */
    private final String lost;

    @SuppressFBWarnings(
            value = "SE_TRANSIENT_FIELD_NOT_RESTORED",
            justification = "what cannot be saved is gone after a restart, see lost")
    private final transient Object present;

    BlockEnd(@CheckForNull Object result, @CheckForNull Throwable failure) {
        successful = failure == null;
        present = successful ? result : failure;
        boolean savable = isSavable(present);
        saved = savable ? (Serializable) present : null;
        lost = savable
                ? null
                : SingleLine.of(present.getClass().getName() + (successful ? "" : ": " + failure.getMessage()), SHOWN);
    }

    private static boolean isSavable(@CheckForNull Object value) {
        if (value == null || value instanceof String || value instanceof Number || value instanceof Boolean) {
            return true;
        }
        if (!(value instanceof Serializable)) {
            return false;
        }
        try (ObjectOutputStream trial = new ObjectOutputStream(OutputStream.nullOutputStream())) {
            trial.writeObject(value);
            return true;
        } catch (IOException | RuntimeException | StackOverflowError x) {
            return false;
        }
    }

    /** Ends the step as its body ended. */
    void passOn(StepContext context) {
        Object value = present == null ? saved : present;
        if (successful && (value != null || lost == null)) {
            context.onSuccess(value);
        } else if (value instanceof Throwable failure) {
            context.onFailure(failure);
        } else {
            context.onFailure(new AbortException(
                    successful
                            ? "Jenkins restarted just when the block had ended, and could not save its result, a "
                                    + lost + ". Return text, numbers, lists and maps only."
                            : lost));
        }
    }
}
