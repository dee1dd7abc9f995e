package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import io.jenkins.plugins.defendertags.client.Machine;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.client.MachineName;
import io.jenkins.plugins.defendertags.client.OneLine;
import io.jenkins.plugins.defendertags.client.Problem;
import io.jenkins.plugins.defendertags.client.ResolvedMachine;
import io.jenkins.plugins.defendertags.client.TagAction;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import java.net.URI;
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
    private boolean success;
    private String error;
    private String topic;
    private final int apiCalls;
    private final long millis;

    /** @param machine its name stands in for that of Defender's record until there is one */
    TagRecord(
            @NonNull TagRequest request,
            @NonNull ResolvedMachine machine,
            @CheckForNull String node,
            @NonNull EntraAppRegistration credential,
            int apiCalls,
            long millis) {
        this.request = request.id();
        action = request.action().wireName();
        value = request.tag().value();
        MachineId found = machine.id();
        machineId = found == null ? null : found.value();
        MachineName name = machine.name();
        if (name != null && name.kind() != MachineName.Kind.ID) {
            computerDnsName = name.value();
        }
        dryRun = request.dryRun();
        this.node = node;
        credentialsId = credential.getId();
        cloud = credential.getCloud();
        this.apiCalls = apiCalls;
        this.millis = millis;
    }

    /** What a block has added is removed again. */
    TagRecord(@NonNull Lease lease, int apiCalls, long millis) {
        request = lease.getId();
        action = TagAction.REMOVE.wireName();
        value = lease.getTag();
        machineId = lease.getMachineId();
        computerDnsName = lease.machineName();
        dryRun = false;
        node = lease.getNode();
        credentialsId = lease.credential().id();
        cloud = lease.credential().cloud();
        this.apiCalls = apiCalls;
        this.millis = millis;
    }

    TagRecord succeeded(@NonNull Machine machine) {
        success = true;
        machineId = machine.id().value();
        computerDnsName = storable(machine.computerDnsName());
        machineTags =
                new ArrayList<>(machine.tags().stream().map(TagRecord::storable).toList());
        healthStatus = Util.fixEmpty(storable(machine.healthStatus()));
        riskScore = Util.fixEmpty(storable(machine.riskScore()));
        return this;
    }

    /** A build whose file holds a null character could never be loaded again. */
    private static String storable(@CheckForNull String text) {
        return text == null ? null : text.replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    TagRecord failed(@NonNull Problem problem) {
        error = problem.message();
        topic = problem.heading();
        return this;
    }

    /** Whether both are about what one step did: it did so again, because a restart came before Pipeline knew of the first. */
    boolean isOfSameRequest(@NonNull TagRecord other) {
        return request != null && request.equals(other.request);
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

    @Exported
    public boolean isSuccess() {
        return success;
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
    public String getTopic() {
        return topic;
    }

    /** How often Defender was asked to make the change, without sign-ins. */
    @Exported
    public int getApiCalls() {
        return apiCalls;
    }

    /** From the request to the outcome, waiting included, in milliseconds. */
    @Exported
    public long getMillis() {
        return millis;
    }

    /** A text as it may be shown on a page: nothing in it turns or hides another, and it has a bearable length. */
    @NonNull
    public String shown(@CheckForNull String text) {
        return OneLine.of(text, MachineName.MAX_LENGTH);
    }

    /** The machine's page in the Defender portal, or null if the cloud's portal is not known. */
    @CheckForNull
    public String getPortalUrl() {
        if (machineId == null) {
            return null;
        }
        return DefenderConfiguration.get()
                .findCloud(cloud)
                .map(found -> found.portalPage(new MachineId(machineId)))
                .map(URI::toString)
                .orElse(null);
    }
}
