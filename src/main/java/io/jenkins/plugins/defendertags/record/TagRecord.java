package io.jenkins.plugins.defendertags.record;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.defendertags.client.model.ChangeEffect;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.Problem;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * One change that a build asked for, and what came of it. Stored with the build, so it consists of JDK types only and its
 * field names stay as they are. Immutable once it is part of a {@link DefenderTagsAction}.
 */
@ExportedBean(defaultVisibility = 2)
public final class TagRecord {

    private final long time = System.currentTimeMillis();
    private final String request;
    private final String action;
    private final String value;
    private String machineId;
    private String computerDnsName;
    private List<String> machineTags = new ArrayList<>();
    private String healthStatus;
    private String riskScore;
    private final String node;
    private final String credentialsId;
    private final String cloud;
    private final boolean dryRun;
    private final Long keptUntil;
    private String effect;
    private final String requestedBy;
    private boolean success;
    private String error;
    private String errorCode;
    private final int attempts;
    private final long millis;

    TagRecord(TagRecordBuilder builder) {
        request = builder.request;
        action = builder.action.wireName();
        value = builder.tag.value();
        machineId = builder.machineId == null ? null : builder.machineId.value();
        computerDnsName = builder.machineName;
        node = builder.node;
        credentialsId = builder.credentialsId;
        cloud = builder.cloud;
        dryRun = builder.dryRun;
        keptUntil = builder.keptUntil == null ? null : builder.keptUntil.toEpochMilli();
        requestedBy = builder.requestedBy;
        attempts = builder.attempts;
        millis = builder.millis;
    }

    TagRecord succeeded(Machine machine, ChangeEffect itsEffect) {
        success = true;
        effect = itsEffect.name();
        machineId = machine.id().value();
        computerDnsName = storable(machine.computerDnsName());
        machineTags =
                new ArrayList<>(machine.tags().stream().map(TagRecord::storable).toList());
        healthStatus = Util.fixEmpty(storable(machine.healthStatus()));
        riskScore = Util.fixEmpty(storable(machine.riskScore()));
        return this;
    }

    /** A build whose file holds a null character could never be loaded again. */
    @CheckForNull
    private static String storable(@CheckForNull String text) {
        return text == null ? null : text.replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    TagRecord failed(Problem problem) {
        error = problem.message();
        errorCode = problem.code();
        return this;
    }

    /** The same for what one step does again because a restart came before Pipeline knew of the first time. */
    @CheckForNull
    String request() {
        return request;
    }

    /** When the change had ended, in milliseconds since 1970 UTC. */
    @Exported
    public long getTime() {
        return time;
    }

    /** {@code Add} or {@code Remove}. */
    @Exported
    public String getAction() {
        return action;
    }

    /** The tag that was added or removed. */
    @Exported
    public String getValue() {
        return value;
    }

    /** Defender's ID of the machine, 40 hexadecimal digits, or null if none was found. */
    @Exported
    @CheckForNull
    public String getMachineId() {
        return machineId;
    }

    /** The machine's name as Defender knows it, else as it was asked for, or null. */
    @Exported
    @CheckForNull
    public String getComputerDnsName() {
        return computerDnsName;
    }

    /** All tags of the machine after the change, as Defender returned them; as they are, after a dry run; empty if it failed. */
    @Exported
    public List<String> getMachineTags() {
        return new ArrayList<>(machineTags);
    }

    /** The machine's health as Defender spelled it, such as {@code Active}; null if it did not say or the change failed. */
    @Exported
    @CheckForNull
    public String getHealthStatus() {
        return healthStatus;
    }

    /** The machine's risk as Defender spelled it, such as {@code High}; null if it did not say or the change failed. */
    @Exported
    @CheckForNull
    public String getRiskScore() {
        return riskScore;
    }

    /** The agent that the build ran on, or null if it ran on none. */
    @Exported
    @CheckForNull
    public String getNode() {
        return node;
    }

    /** ID of the credential that was used. */
    @Exported
    public String getCredentialsId() {
        return credentialsId;
    }

    /** Whether everything was checked only, and nothing changed: {@link #isSuccess} means that it could have been then. */
    @Exported
    public boolean isDryRun() {
        return dryRun;
    }

    /**
     * When Jenkins removes the tag again because the build asked for that with {@code keepFor}, in milliseconds since 1970 UTC; null
     * if it does not, or if the tag was there before.
     */
    @Exported
    @CheckForNull
    public Long getKeptUntil() {
        return keptUntil;
    }

    @Exported
    public boolean isSuccess() {
        return success;
    }

    /**
     * {@code CHANGED} if the change altered the machine, {@code ALREADY_SO} if the tag was there before an Add or absent before a
     * Remove, {@code UNKNOWN} if nobody looked before or it failed.
     */
    @Exported
    public String getEffect() {
        return effect == null ? ChangeEffect.UNKNOWN.name() : effect;
    }

    /** ID of the user who started the build, else what started it; null if nobody knows. */
    @Exported
    @CheckForNull
    public String getRequestedBy() {
        return requestedBy;
    }

    /** Why the change failed, or null. */
    @Exported
    @CheckForNull
    public String getError() {
        return error;
    }

    /**
     * Under which heading the troubleshooting page explains why the change failed: a code of Entra or Defender, such as {@code
     * Forbidden}, or a name such as {@code UnknownMachine}; null if it does not.
     */
    @Exported
    @CheckForNull
    public String getErrorCode() {
        return errorCode;
    }

    /**
     * How often the change was sent to Defender, alone or in a call that it shared with others; 0 if it was not needed, not sent,
     * or a dry run.
     */
    @Exported
    public int getAttempts() {
        return attempts;
    }

    /** From the request to the outcome, waiting included, in milliseconds. */
    @Exported
    public long getMillis() {
        return millis;
    }

    /** The cloud of the credential, as that names it. */
    public String cloud() {
        return cloud;
    }
}
