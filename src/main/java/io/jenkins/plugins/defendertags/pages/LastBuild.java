package io.jenkins.plugins.defendertags.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import io.jenkins.plugins.defendertags.support.MachineView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the last build of a job knows of its machines. Older builds are not looked at: a job can have thousands of them. */
public final class LastBuild {

    private static final int MACHINES = 5;
    private static final int TAGS = 3;

    private final Run<?, ?> run;
    /** What was heard last of each machine, by its ID. */
    private final List<TagRecord> machines;

    private final Set<String> tags;
    private final int changes;

    private LastBuild(Run<?, ?> run, List<TagRecord> changes) {
        this.run = run;
        this.changes = changes.size();
        Map<String, TagRecord> last = new LinkedHashMap<>();
        changes.stream().filter(TagRecord::isSuccess).forEach(change -> last.put(change.getMachineId(), change));
        machines = new ArrayList<>(last.values());
        tags = machines.stream()
                .flatMap(machine -> machine.getMachineTags().stream().map(ShownText::of))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The last build, or if that has not changed any tags yet the last one that has ended; null if neither has. */
    @CheckForNull
    static LastBuild of(Job<?, ?> job) {
        LastBuild last = of(job.getLastBuild());
        return last != null ? last : of(job.getLastCompletedBuild());
    }

    @CheckForNull
    private static LastBuild of(@CheckForNull Run<?, ?> run) {
        DefenderTagsAction action = run == null ? null : run.getAction(DefenderTagsAction.class);
        List<TagRecord> changes = action == null ? List.of() : action.getChanges();
        return changes.isEmpty() ? null : new LastBuild(run, changes);
    }

    public Run<?, ?> getRun() {
        return run;
    }

    /** The page with all its changes, from Jenkins' root. */
    public String getUrl() {
        return run.getUrl() + DefenderTagsTab.URL + "/";
    }

    /** Those whose tags are known, up to {@value #MACHINES}. */
    public List<MachineView> getMachines() {
        return machines.stream().limit(MACHINES).map(MachineViews::of).toList();
    }

    /** The text of the link to all changes. */
    public String getAll() {
        return machines.size() > MACHINES
                ? Messages.LastBuild_AllMachines(machines.size())
                : Messages.BuildSummary_All(changes);
    }

    /** Of all its machines, each once, up to {@value #TAGS}. */
    public List<String> getTags() {
        return tags.stream().limit(TAGS).toList();
    }

    /** How many tags there are besides, or 0. */
    public int getMoreTags() {
        return Math.max(0, tags.size() - TAGS);
    }

    /** What the link to the rest of the tags says to those who cannot see where it stands. */
    public String getMoreTagsDescription() {
        return Messages.LastBuild_MoreTags(getMoreTags(), run.getParent().getDisplayName());
    }
}
