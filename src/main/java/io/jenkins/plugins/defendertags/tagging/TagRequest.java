package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a step or build step asks for: checked by {@link TagRequestParser}, but neither credential nor machine looked up yet.
 * Stored with a running Pipeline.
 *
 * @param id stays the same when a step resumes after a restart
 * @param machines in the order given; empty for the agent's own machine, as long as that is not known, or if a list was given
 *     that may be empty
 * @param namesMachines whether the job named {@code machines}, even if it named the agent that it runs on; false if the agent
 *     or Defender named them
 * @param credentialsId null for the default credential
 * @param pickNewest whether to take, of several records of one name, the one seen last
 * @param dryRun whether to look up and check everything, and change nothing
 * @param waitUntil how long to wait for a machine that Defender does not know yet
 * @param keepFor how long an added tag stays; null if it is not removed by Jenkins
 */
public record TagRequest(
        String id,
        TagAction action,
        Tag tag,
        List<MachineName> machines,
        boolean namesMachines,
        @CheckForNull String credentialsId,
        boolean pickNewest,
        OnError onError,
        boolean dryRun,
        Instant waitUntil,
        @CheckForNull Duration keepFor)
        implements Serializable {

    public TagRequest {
        machines = List.copyOf(machines);
    }

    /** The machines, in the order given; null for the agent's own machine, as long as that is not known. */
    @CheckForNull
    List<MachineName> targets() {
        return machines.isEmpty() && !namesMachines ? null : machines;
    }

    /** For status and log. */
    String describeTargets() {
        if (targets() == null) {
            return "the agent's machine";
        }
        return machines.size() == 1
                ? SingleLine.of(machines.get(0).value(), MachineName.MAX_LENGTH)
                : machines.size() + " machines";
    }

    /** The same for the agent's own machine, which is known by now. */
    public TagRequest forAgentsOwn(MachineName machine) {
        return new TagRequest(
                id,
                action,
                tag,
                List.of(machine),
                namesMachines,
                credentialsId,
                pickNewest,
                onError,
                dryRun,
                waitUntil,
                keepFor);
    }

    private Object writeReplace() {
        return new Stored(this);
    }

    /** Only types of the JDK and enums, because not every version of the library that stores Pipelines knows records. */
    private static final class Stored implements Serializable {

        private static final long serialVersionUID = 1;

        private final String id;
        private final TagAction action;
        private final String tag;
        private final ArrayList<String> machines;
        private final boolean namesMachines;
        private final String credentialsId;
        private final boolean pickNewest;
        private final OnError onError;
        private final boolean dryRun;
        private final long waitUntil;
        /** In seconds; 0 for good. */
        private final long keepFor;

        Stored(TagRequest request) {
            id = request.id;
            action = request.action;
            tag = request.tag.value();
            machines = new ArrayList<>(
                    request.machines.stream().map(MachineName::value).toList());
            namesMachines = request.namesMachines;
            credentialsId = request.credentialsId;
            pickNewest = request.pickNewest;
            onError = request.onError;
            dryRun = request.dryRun;
            waitUntil = request.waitUntil.toEpochMilli();
            keepFor = request.keepFor == null ? 0 : request.keepFor.toSeconds();
        }

        private Object readResolve() {
            return new TagRequest(
                    id,
                    action,
                    new Tag(tag),
                    machines.stream().map(MachineName::new).toList(),
                    namesMachines,
                    credentialsId,
                    pickNewest,
                    onError,
                    dryRun,
                    Instant.ofEpochMilli(waitUntil),
                    keepFor == 0 ? null : Duration.ofSeconds(keepFor));
        }
    }
}
