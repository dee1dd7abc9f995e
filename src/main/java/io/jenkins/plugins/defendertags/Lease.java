package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.client.OneLine;
import io.jenkins.plugins.defendertags.client.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * That a block added a tag to a machine, and that it is to be removed again. Stored in a file, so it consists of JDK types
 * only and its field names stay as they are. Immutable.
 */
@Restricted(NoExternalUse.class)
public final class Lease {

    /** Of the file. A file of another format is not read, because nobody knows what it means. */
    private static final int FORMAT = 1;

    private static final int PROBLEM_SHOWN = 1000;

    /** How long Jenkins tries by itself to remove what a block has left. */
    static final Duration TRIED_FOR = Duration.ofDays(7);

    private static final Duration FIRST_PAUSE = Duration.ofMinutes(10);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(6);

    private final int format;
    private final String id;
    private final String block;
    private final String build;
    private final String node;
    private final String machineId;
    private final String machineName;
    private final String tag;
    private final String credentialsId;
    private final String cloud;
    private final long since;
    private final long endedAt;
    private final int attempts;
    private final long lastAttempt;
    private final String problem;

    /** What tells one block from another, whoever asks for it: a step that goes on after a restart is the same. */
    record Block(String id, String build, String node) {

        static Block of(@NonNull String id, @NonNull Run<?, ?> build, @CheckForNull String node) {
            return new Block(id, build.getExternalizableId(), node);
        }
    }

    /** With which credential the tag is added, and so removed. */
    record Credential(String id, String cloud) {}

    /** What blocks share. Machine IDs are unique among all tenants; whether the case of tags matters is not known. */
    record Key(MachineId machine, Tag tag) {}

    Lease(@NonNull Block block, @NonNull Key key, @NonNull Credential credential) {
        format = FORMAT;
        id = UUID.randomUUID().toString();
        this.block = block.id();
        build = block.build();
        node = block.node();
        machineId = key.machine().value();
        machineName = null;
        tag = key.tag().value();
        credentialsId = credential.id();
        cloud = credential.cloud();
        since = System.currentTimeMillis();
        endedAt = 0;
        attempts = 0;
        lastAttempt = 0;
        problem = null;
    }

    private Lease(Lease old, String build, String machineName, long endedAt, int attempts, String problem) {
        format = FORMAT;
        id = old.id;
        block = old.block;
        this.build = build;
        node = old.node;
        machineId = old.machineId;
        this.machineName = machineName;
        tag = old.tag;
        credentialsId = old.credentialsId;
        cloud = old.cloud;
        since = old.since;
        this.endedAt = endedAt;
        this.attempts = attempts;
        lastAttempt = attempts > old.attempts ? System.currentTimeMillis() : old.lastAttempt;
        this.problem = problem;
    }

    /** @throws IllegalArgumentException if this was read from a file that nobody of this version has written */
    void validate() {
        if (format != FORMAT) {
            throw new IllegalArgumentException(
                    "It has the format " + format + ", and this version of the plugin knows " + FORMAT + " only.");
        }
        if (id == null || block == null || build == null || credentialsId == null || attempts < 0) {
            throw new IllegalArgumentException("It is not complete.");
        }
        UUID.fromString(id); // it names the file
        key();
    }

    @NonNull
    Lease named(@CheckForNull String name) {
        return new Lease(this, build, name, endedAt, attempts, problem);
    }

    @NonNull
    Lease moved(@NonNull String newBuild) {
        return new Lease(this, newBuild, machineName, endedAt, attempts, problem);
    }

    /** The block has ended, or its build is gone. */
    @NonNull
    Lease ended() {
        return isEnded() ? this : new Lease(this, build, machineName, System.currentTimeMillis(), attempts, problem);
    }

    @NonNull
    Lease failed(@NonNull String reason) {
        return new Lease(this, build, machineName, endedAt, attempts + 1, OneLine.of(reason, PROBLEM_SHOWN));
    }

    boolean isEnded() {
        return endedAt > 0;
    }

    /** Whether to try again to remove the tag: ever less often, and not for ever. */
    boolean isDue(@NonNull Instant now) {
        Duration pause = attempts == 0
                ? Duration.ZERO
                : attempts > 10 ? LONGEST_PAUSE : FIRST_PAUSE.multipliedBy(1L << (attempts - 1));
        if (pause.compareTo(LONGEST_PAUSE) > 0) {
            pause = LONGEST_PAUSE;
        }
        return isEnded()
                && now.isBefore(Instant.ofEpochMilli(endedAt).plus(TRIED_FOR))
                && !now.isBefore(Instant.ofEpochMilli(lastAttempt).plus(pause));
    }

    @NonNull
    Key key() {
        return new Key(new MachineId(machineId), new Tag(tag));
    }

    @NonNull
    public String getId() {
        return id;
    }

    @NonNull
    String block() {
        return block;
    }

    /** Full name of the job and number of the build: {@code team/build#7}. */
    @NonNull
    public String getBuild() {
        return build;
    }

    @CheckForNull
    String node() {
        return node;
    }

    @NonNull
    public String getMachineId() {
        return machineId;
    }

    @CheckForNull
    String machineName() {
        return machineName;
    }

    /** The name, if Defender told one, and the abbreviated ID. */
    @NonNull
    public String getMachine() {
        String abbreviated = new MachineId(machineId).abbreviated();
        return machineName == null ? abbreviated : OneLine.of(machineName, 255) + " (" + abbreviated + ")";
    }

    @NonNull
    public String getTag() {
        return tag;
    }

    @NonNull
    public String getCredentialsId() {
        return credentialsId;
    }

    @CheckForNull
    String cloud() {
        return cloud;
    }

    /** When the tag was about to be added. */
    @NonNull
    public String getSince() {
        return Instant.ofEpochMilli(since).toString();
    }

    /** How often the removal has failed. */
    public int getAttempts() {
        return attempts;
    }

    /** Why the last removal failed; null if none has. */
    @CheckForNull
    public String getProblem() {
        return problem;
    }
}
