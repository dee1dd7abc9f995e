package io.jenkins.plugins.defendertags.record;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import java.time.Instant;

/** What is known of a change before its outcome. */
public final class TagRecordBuilder {

    final String request;
    final TagAction action;
    final Tag tag;
    MachineId machineId;
    String machineName;
    String node;
    String credentialsId;
    String cloud;
    boolean dryRun;
    Instant keptUntil;
    String requestedBy;
    int attempts;
    long millis;

    /** @param request ID of the request, which stays the same when it is repeated after a restart */
    public TagRecordBuilder(String request, TagAction action, Tag tag) {
        this.request = request;
        this.action = action;
        this.tag = tag;
    }

    /** @param name stands in for the name in Defender's record until there is one */
    public TagRecordBuilder machine(@CheckForNull MachineId id, @CheckForNull String name) {
        machineId = id;
        machineName = name;
        return this;
    }

    public TagRecordBuilder node(@CheckForNull String name) {
        node = name;
        return this;
    }

    public TagRecordBuilder credential(String id, String itsCloud) {
        credentialsId = id;
        cloud = itsCloud;
        return this;
    }

    public TagRecordBuilder dryRun(boolean only) {
        dryRun = only;
        return this;
    }

    /** @param until when Jenkins removes the tag again; null if it does not */
    public TagRecordBuilder keptUntil(@CheckForNull Instant until) {
        keptUntil = until;
        return this;
    }

    /**
     * @param sent how often the change was sent to Defender, alone or together with others
     * @param inMillis from the request to the outcome
     */
    public TagRecordBuilder cost(int sent, long inMillis) {
        attempts = sent;
        millis = inMillis;
        return this;
    }

    TagAction action() {
        return action;
    }

    Tag tag() {
        return tag;
    }

    /** @param user see {@link Requester#of} */
    public TagRecordBuilder requestedBy(@CheckForNull String user) {
        requestedBy = user;
        return this;
    }

    public TagRecord succeeded(Machine machine, ChangeEffect effect) {
        return new TagRecord(this).succeeded(machine, effect);
    }

    public TagRecord failed(Problem problem) {
        return new TagRecord(this).failed(problem);
    }
}
