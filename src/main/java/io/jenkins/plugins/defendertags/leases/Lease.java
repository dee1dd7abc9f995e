package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import java.time.Instant;
import java.util.UUID;

/**
 * The note that a holder needs a tag on a machine, and that Jenkins removes the tag when its last holder has ended. Immutable.
 *
 * @param id of this lease; names its record in the build
 * @param machineName as Defender knows the machine; null if that is not known
 * @param added whether this Jenkins added the tag; a tag that was there before is used and stays
 * @param since when the tag was about to be added
 * @param ended when the holder ended; null as long as it needs the tag
 */
public record Lease(
        String id,
        LeaseHolder holder,
        MachineId machine,
        @CheckForNull String machineName,
        Tag tag,
        boolean added,
        LeaseCredential credential,
        Instant since,
        @CheckForNull Instant ended,
        RemovalAttempts attempts) {

    private static final int NAME_SHOWN = 255;

    static Lease of(LeaseHolder holder, MachineId machine, Tag tag, LeaseCredential credential, Instant now) {
        return new Lease(
                UUID.randomUUID().toString(),
                holder,
                machine,
                null,
                tag,
                false,
                credential,
                now,
                null,
                RemovalAttempts.NONE);
    }

    public LeaseKey key() {
        return LeaseKey.of(machine, tag);
    }

    TagOnMachine tagOnMachine() {
        return new TagOnMachine(machine, tag);
    }

    boolean isEnded() {
        return ended != null;
    }

    /** Whether its holder has ended and the tag could not be removed. */
    boolean isStuck() {
        return ended != null && attempts.problem() != null;
    }

    /** When to try again to remove the tag; null if its holder has not ended, or if Jenkins no longer tries by itself. */
    @CheckForNull
    Instant nextAttempt() {
        return ended == null ? null : attempts.next(ended);
    }

    boolean isDue(Instant now) {
        Instant next = nextAttempt();
        return next != null && !now.isBefore(next);
    }

    /** The machine's name, if it is known, and its abbreviated ID. */
    public String describeMachine() {
        String abbreviated = machine.abbreviated();
        return machineName == null ? abbreviated : SingleLine.of(machineName, NAME_SHOWN) + " (" + abbreviated + ")";
    }

    String quotedTag() {
        return "\"" + SingleLine.of(tag.value(), Tag.MAX_LENGTH) + "\"";
    }

    Lease heldBy(LeaseHolder other) {
        return new Lease(id, other, machine, machineName, tag, added, credential, since, ended, attempts);
    }

    /** With a credential whose place has another name. */
    Lease moved(LeaseCredential to) {
        return new Lease(id, holder, machine, machineName, tag, added, to, since, ended, attempts);
    }

    Lease named(@CheckForNull String name) {
        return new Lease(
                id, holder, machine, name == null ? machineName : name, tag, added, credential, since, ended, attempts);
    }

    Lease asAdded(boolean byJenkins) {
        return new Lease(id, holder, machine, machineName, tag, byJenkins, credential, since, ended, attempts);
    }

    /** The same for a holder that needs the tag again or still, with a credential that may have changed. */
    Lease renewed(LeaseCredential with) {
        return new Lease(id, holder, machine, machineName, tag, added, with, since, null, RemovalAttempts.NONE);
    }

    Lease end(Instant now) {
        return new Lease(
                id, holder, machine, machineName, tag, added, credential, since, ended == null ? now : ended, attempts);
    }

    Lease failed(RemovalAttempts now) {
        return new Lease(id, holder, machine, machineName, tag, added, credential, since, ended, now);
    }
}
