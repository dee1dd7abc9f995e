package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.defendertags.client.Machine;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.client.MachineName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What came of one machine of a request.
 *
 * @param name as it was asked for; null for the agent's own machine, if that did not become known
 * @param id null if no machine was found
 * @param machine null if the change failed
 * @param error one line that says what to do; null if the change was made
 */
record TagResult(
        @CheckForNull MachineName name,
        @CheckForNull MachineId id,
        @CheckForNull Machine machine,
        @CheckForNull String error) {

    /** What went wrong with a request, in one line; null if nothing did. */
    @CheckForNull
    static String problem(@NonNull List<TagResult> results) {
        List<String> errors =
                results.stream().map(TagResult::error).filter(Objects::nonNull).toList();
        if (errors.isEmpty()) {
            return null;
        }
        return results.size() == 1
                ? errors.get(0)
                : errors.size() + " of " + results.size() + " machines could not be changed. The first: "
                        + errors.get(0);
    }

    /** For a script: Defender's properties of the machine, or the name that was asked for, if any, and the error. */
    @NonNull
    Map<String, Object> toMap() {
        if (machine != null) {
            return machine.toMap();
        }
        Map<String, Object> failure = new LinkedHashMap<>();
        if (id != null) {
            failure.put("id", id.value());
        }
        if (name != null) {
            failure.put("name", name.value());
        }
        failure.put("error", error);
        return failure;
    }
}
