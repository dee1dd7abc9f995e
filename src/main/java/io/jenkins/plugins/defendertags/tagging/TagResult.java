package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What came of one machine of a request.
 *
 * @param name as it was asked for; null for the agent's own machine, if that did not become known
 * @param id null if no machine was found
 * @param machine null if the change failed
 * @param failure null if the change was made
 * @param effect whether the change altered the machine
 * @param attempts how often the change was sent to Defender, alone or together with others
 */
public record TagResult(
        @CheckForNull MachineName name,
        @CheckForNull MachineId id,
        @CheckForNull Machine machine,
        @CheckForNull Problem failure,
        ChangeEffect effect,
        int attempts) {

    static TagResult succeeded(@CheckForNull MachineName name, Machine machine, ChangeEffect effect, int attempts) {
        return new TagResult(name, machine.id(), machine, null, effect, attempts);
    }

    static TagResult failed(
            @CheckForNull MachineName name, @CheckForNull MachineId id, @CheckForNull Problem failure, int attempts) {
        return new TagResult(name, id, null, failure, ChangeEffect.UNKNOWN, attempts);
    }

    /** What went wrong with a request, in one line; null if nothing did. */
    @CheckForNull
    public static String problem(List<TagResult> results) {
        List<Problem> failures = failures(results).toList();
        if (failures.isEmpty()) {
            return null;
        }
        String first = failures.get(0).message();
        return results.size() == 1
                ? first
                : failures.size() + " of " + results.size() + " machines could not be changed. The first: " + first;
    }

    static Stream<Problem> failures(List<TagResult> results) {
        return results.stream().map(TagResult::failure).filter(Objects::nonNull);
    }

    /** For a script: Defender's properties of the machine, or the name that was asked for, if any, and the error. */
    public Map<String, Object> toMap() {
        if (machine != null) {
            return machine.toMap();
        }
        Map<String, Object> map = new LinkedHashMap<>();
        if (id != null) {
            map.put("id", id.value());
        }
        if (name != null) {
            map.put("name", name.value());
        }
        if (failure != null) {
            map.put("error", failure.message());
        }
        return map;
    }
}
