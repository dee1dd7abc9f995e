package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Reports and records removals that have ended. What comes of a build's tags is saved together, and its leases after that: so
 * whatever was not recorded when the controller stops is tried again.
 */
final class RemovalReporter {

    private final LeaseWriter writer;

    RemovalReporter(LeaseWriter writer) {
        this.writer = writer;
    }

    /** @param unfinished the holders for which other removals are still under way, so that more is about to be recorded */
    void report(List<TagRemoval> over, Set<String> unfinished, Instant now) {
        Map<String, List<TagRemoval>> byBuild = new LinkedHashMap<>();
        for (TagRemoval removal : over) {
            String build = removal.lease().holder().build();
            byBuild.computeIfAbsent(build == null ? "" : build, first -> new ArrayList<>())
                    .add(removal);
        }
        byBuild.forEach((id, removals) -> {
            Run<?, ?> build = LeaseCredentials.findBuild(id);
            List<TagRecord> records =
                    removals.stream().map(removal -> removal.report(now, build)).toList();
            boolean moreToCome = removals.stream()
                    .anyMatch(removal ->
                            unfinished.contains(removal.lease().holder().id()));
            record(build, records, moreToCome)
                    .thenCompose(recorded -> saveHoldersOf(removals))
                    .whenComplete((saved, problem) ->
                            removals.forEach(removal -> removal.done().complete(null)));
        });
    }

    private static CompletableFuture<Void> record(
            @CheckForNull Run<?, ?> build, List<TagRecord> records, boolean moreToCome) {
        if (build == null) {
            return CompletableFuture.completedFuture(null);
        }
        return moreToCome ? DefenderTagsAction.recordSoon(build, records) : DefenderTagsAction.record(build, records);
    }

    private CompletableFuture<Void> saveHoldersOf(List<TagRemoval> removals) {
        return CompletableFuture.allOf(removals.stream()
                .flatMap(removal -> removal.leases().stream())
                .map(lease -> lease.holder().id())
                .distinct()
                .map(writer::saveIfPossible)
                .toArray(CompletableFuture[]::new));
    }
}
