package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * That a block or an agent added a tag to a machine, and that it is to be removed again. Stored in a file, so it consists of JDK types
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
    private String build;
    private final String node;
    private final String machineId;
    private String machineName;
    private final String tag;
    private String credentialsId;
    private String cloud;
    private final long since;
    private long endedAt;
    private int attempts;
    private long lastAttempt;
    private String problem;
    private String errorCode;

    /**
     * Who holds a tag: a block of a build, which stays the same when its step goes on after a restart; or, without a build,
     * an agent as long as there is one of that name.
     */
    public record Block(
            String id,
            @CheckForNull String build,
            @CheckForNull String node) {

        public static Block of(String id, Run<?, ?> build, @CheckForNull String node) {
            return new Block(id, build.getExternalizableId(), node);
        }

        /** @param node name of the agent, "" for the built-in node */
        public static Block ofAgent(String node) {
            return new Block("agent " + node, null, node);
        }
    }

    /** With which credential the tag is added, and so removed. */
    public record Credential(String id, String cloud) {}

    /** What blocks share. Machine IDs are unique among all tenants; whether the case of tags matters is not known. */
    public record Key(MachineId machine, Tag tag) {}

    public Lease(Block block, Key key, Credential credential) {
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

    private Lease(Lease old) {
        format = FORMAT;
        id = old.id;
        block = old.block;
        build = old.build;
        node = old.node;
        machineId = old.machineId;
        machineName = old.machineName;
        tag = old.tag;
        credentialsId = old.credentialsId;
        cloud = old.cloud;
        since = old.since;
        endedAt = old.endedAt;
        attempts = old.attempts;
        lastAttempt = old.lastAttempt;
        problem = old.problem;
        errorCode = old.errorCode;
    }

    /** @throws IllegalArgumentException if this was read from a file that nobody of this version has written */
    void validate() {
        if (format != FORMAT) {
            throw new IllegalArgumentException(
                    "It has the format " + format + ", and this version of the plugin knows " + FORMAT + " only.");
        }
        boolean held = block != null
                && (build != null
                        || node != null && block.equals(Block.ofAgent(node).id()));
        if (id == null || !held || credentialsId == null || attempts < 0) {
            throw new IllegalArgumentException("It is not complete.");
        }
        UUID.fromString(id); // it names the file
        key();
    }

    Lease named(@CheckForNull String name) {
        Lease copy = new Lease(this);
        copy.machineName = name;
        return copy;
    }

    Lease moved(@CheckForNull String newBuild) {
        Lease copy = new Lease(this);
        copy.build = newBuild;
        return copy;
    }

    /** The tag is to be removed with another credential than it was added with. */
    Lease with(Credential credential) {
        Lease copy = new Lease(this);
        copy.credentialsId = credential.id();
        copy.cloud = credential.cloud();
        return copy;
    }

    /** The block has ended, or its build or the agent is gone. */
    Lease ended() {
        if (isEnded()) {
            return this;
        }
        Lease copy = new Lease(this);
        copy.endedAt = System.currentTimeMillis();
        return copy;
    }

    Lease failed(Problem reason) {
        Lease copy = new Lease(this);
        copy.attempts++;
        copy.lastAttempt = System.currentTimeMillis();
        copy.problem = SingleLine.of(reason.message(), PROBLEM_SHOWN);
        copy.errorCode = reason.code();
        return copy;
    }

    boolean isEnded() {
        return endedAt > 0;
    }

    /** Whether to try again to remove the tag: ever less often, and not for ever. */
    boolean isDue(Instant now) {
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

    public Key key() {
        return new Key(new MachineId(machineId), new Tag(tag));
    }

    public String getId() {
        return id;
    }

    Credential credential() {
        return new Credential(credentialsId, cloud);
    }

    /** The ID of the block or agent that holds the tag. */
    String block() {
        return block;
    }

    /** Full name of the job and number of the build: {@code team/build#7}; null if an agent holds the tag. */
    @CheckForNull
    public String getBuild() {
        return build;
    }

    /** Name of the agent that holds the tag, or that the build was on; null if it was on none. */
    @CheckForNull
    public String getNode() {
        return node;
    }

    public String getMachineId() {
        return machineId;
    }

    @CheckForNull
    String machineName() {
        return machineName;
    }

    /** The name, if Defender told one, and the abbreviated ID. */
    public String getMachine() {
        String abbreviated = new MachineId(machineId).abbreviated();
        return machineName == null ? abbreviated : SingleLine.of(machineName, 255) + " (" + abbreviated + ")";
    }

    public String getTag() {
        return tag;
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    /** When the tag was about to be added, for people. */
    public Date getSinceDate() {
        return new Date(since);
    }

    /** The same for machines. */
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

    /** Where the troubleshooting page explains that; null if it does not. */
    @CheckForNull
    public ErrorCode getErrorCode() {
        return ErrorCode.find(errorCode);
    }
}
