package io.jenkins.plugins.defendertags.record;

import hudson.EnvVars;
import hudson.model.AbstractBuild;
import hudson.model.Computer;
import hudson.model.EnvironmentContributingAction;
import hudson.model.InvisibleAction;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.util.Timer;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * The tag changes of a build, on its page and under {@code api/json?tree=actions[changes[*]]}. Thread-safe: parallel
 * branches of a Pipeline add to it.
 */
@ExportedBean
public final class DefenderTagsAction extends InvisibleAction implements EnvironmentContributingAction {

    private static final Logger LOGGER = Logger.getLogger(DefenderTagsAction.class.getName());

    /** Held for moments only: a build's own lock is held while the build is written. */
    private static final Object LOCK = new Object();

    /** Replaced, never changed, because a build can be saved by one thread while another adds to it. */
    private volatile List<TagRecord> changes = new ArrayList<>();

    private transient boolean saving;
    /** The save that has not begun; null if nobody needs one. */
    private transient CompletableFuture<Void> nextSave;
    /** The save that begins in a moment; null if nobody needs one. */
    private transient CompletableFuture<Void> laterSave;

    /** In the order in which they ended. */
    @Exported
    public List<TagRecord> getChanges() {
        return new ArrayList<>(changes);
    }

    /**
     * Adds changes to a build and starts to save it. What is recorded while a save waits for its turn shares that save. A build
     * that was deleted stays deleted, and a disk that is full does not undo what Defender did: both are no failure.
     *
     * @return completes normally when the changes are saved
     */
    public static CompletableFuture<Void> record(Run<?, ?> run, List<TagRecord> changes) {
        synchronized (LOCK) {
            return with(run, changes).startSave(run);
        }
    }

    /** The same for changes that others of the build are about to follow: they share a save, within a second. */
    public static CompletableFuture<Void> recordSoon(Run<?, ?> run, List<TagRecord> changes) {
        synchronized (LOCK) {
            return with(run, changes).startSaveLater(run);
        }
    }

    private static DefenderTagsAction with(Run<?, ?> run, List<TagRecord> changes) {
        DefenderTagsAction action = run.getAction(DefenderTagsAction.class);
        if (action == null) {
            action = new DefenderTagsAction();
            run.addAction(action);
        }
        action.add(changes);
        return action;
    }

    private CompletableFuture<Void> startSave(Run<?, ?> run) {
        if (nextSave == null) {
            nextSave = new CompletableFuture<>();
        }
        if (laterSave != null) {
            CompletableFuture<Void> later = laterSave;
            laterSave = null;
            nextSave.thenRun(() -> later.complete(null));
        }
        if (!saving) {
            saving = true;
            Computer.threadPoolForRemoting.execute(() -> saveAll(run));
        }
        return nextSave;
    }

    private CompletableFuture<Void> startSaveLater(Run<?, ?> run) {
        if (nextSave != null) {
            return nextSave;
        }
        if (laterSave == null) {
            laterSave = new CompletableFuture<>();
            Timer.get()
                    .schedule(
                            () -> {
                                synchronized (LOCK) {
                                    if (laterSave != null) {
                                        startSave(run);
                                    }
                                }
                            },
                            1,
                            TimeUnit.SECONDS);
        }
        return laterSave;
    }

    private void add(List<TagRecord> more) {
        List<TagRecord> longer = getChanges();
        Set<String> requests = more.stream().map(TagRecord::request).collect(Collectors.toSet());
        longer.removeIf(old -> requests.contains(old.request()));
        longer.addAll(more);
        changes = longer;
    }

    private void saveAll(Run<?, ?> run) {
        while (true) {
            CompletableFuture<Void> saved;
            synchronized (LOCK) {
                saved = nextSave;
                nextSave = null;
                if (saved == null) {
                    saving = false;
                    return;
                }
            }
            save(run);
            saved.complete(null);
        }
    }

    private static void save(Run<?, ?> run) {
        try {
            synchronized (run) {
                if (run.getRootDir().isDirectory()) { // else it was deleted, and would come back
                    run.save();
                }
            }
        } catch (IOException | RuntimeException x) {
            LOGGER.log(Level.WARNING, x, () -> "Could not save the Defender tags of " + run);
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
