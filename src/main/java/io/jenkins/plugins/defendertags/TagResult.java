package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.defendertags.client.Machine;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.client.MachineName;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What came of one machine of a request.
 *
 * @param name as it was asked for
 * @param id null if no machine was found
 * @param machine null if the change failed
 * @param error one line that says what to do; null if the change was made
 */
record TagResult(
        @NonNull MachineName name,
        @CheckForNull MachineId id,
        @CheckForNull Machine machine,
        @CheckForNull String error) {

    /** For a script: Defender's properties of the machine, or the name that was asked for and the error. */
    @NonNull
    Map<String, Object> toMap() {
        if (machine != null) {
            return machine.toMap();
        }
        Map<String, Object> failure = new LinkedHashMap<>();
        if (id != null) {
            failure.put("id", id.value());
        }
        failure.put("name", name.value());
        failure.put("error", error);
        return failure;
    }
}
