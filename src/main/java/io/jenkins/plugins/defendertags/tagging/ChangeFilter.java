package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import io.jenkins.plugins.defendertags.record.DefenderTagsAction;
import io.jenkins.plugins.defendertags.record.TagRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Is asked once before a change is sent, and notified when it is over. */
public interface ChangeFilter {

    /**
     * @param look reads a machine, by the deadline of the operation
     * @return the machines that are as wanted, and need no change
     */
    CompletableFuture<Map<MachineId, Machine>> pass(
            EntraAppRegistration credential,
            Function<MachineId, CompletableFuture<Machine>> look,
            Set<MachineId> machines);

    /**
     * The change is over. Returns at once.
     *
     * @param results one for each machine, failed or not
     */
    default void changed(List<TagResult> results) {
        // for a change that stands by itself
    }

    /**
     * Adds what came of the request to the build's record.
     *
     * @return completes normally when the changes are saved
     */
    default CompletableFuture<Void> record(Run<?, ?> run, List<TagRecord> changes) {
        return DefenderTagsAction.record(run, changes);
    }

    /** When Jenkins removes the tag again by itself; null if it does not. */
    @CheckForNull
    default Instant keptUntil(MachineId machine) {
        return null;
    }

    /** The operation has failed or was given up. If the change was not over by then, nobody will know what came of it. */
    default void failed() {
        // for a change that stands by itself
    }
}
