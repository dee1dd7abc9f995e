package io.jenkins.plugins.defendertags.record;

import hudson.EnvVars;
import hudson.model.AbstractBuild;
import hudson.model.EnvironmentContributingAction;
import hudson.model.InvisibleAction;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * The tag changes of a build, on its page and under {@code api/json?tree=actions[changes[*]]}. Thread-safe: parallel
 * branches of a Pipeline add to it.
 */
@ExportedBean
public final class DefenderTagsAction extends InvisibleAction implements EnvironmentContributingAction {

    private static final Logger LOGGER = Logger.getLogger(DefenderTagsAction.class.getName());

    /** Replaced, never changed, because a build can be saved by one thread while another adds to it. */
    private volatile List<TagRecord> changes = new ArrayList<>();

    /** In the order in which they ended. */
    @Exported
    public List<TagRecord> getChanges() {
        return new ArrayList<>(changes);
    }

    /** Keeps changes with their build. A disk that is full does not undo what Defender did, so it is only logged. */
    public static void record(Run<?, ?> run, List<TagRecord> changes) {
        synchronized (run) {
            DefenderTagsAction action = run.getAction(DefenderTagsAction.class);
            if (action == null) {
                action = new DefenderTagsAction();
                run.addAction(action);
            }
            List<TagRecord> longer = action.getChanges();
            longer.removeIf(old -> changes.stream().anyMatch(old::isOfSameRequest));
            longer.addAll(changes);
            action.changes = longer;
            if (!run.getRootDir().isDirectory()) {
                return; // it was deleted meanwhile, and must not come back
            }
            try {
                run.save();
            } catch (IOException x) {
                LOGGER.log(Level.WARNING, x, () -> "Could not save the Defender tags of " + run);
            }
        }
    }

    /** Freestyle builds run one step after the other; in a Pipeline the step returns the machine instead. */
    @Override
    public void buildEnvironment(Run<?, ?> run, EnvVars env) {
        if (run instanceof AbstractBuild) {
            changes.stream().filter(TagRecord::isSuccess).forEach(change -> {
                env.put("DEFENDER_MACHINE_ID", change.getMachineId());
                env.put(
                        "DEFENDER_MACHINE_TAGS",
                        change.getMachineTags().stream()
                                .map(tag -> SingleLine.of(tag, Tag.MAX_LENGTH))
                                .collect(Collectors.joining(",")));
            });
        }
    }
}
