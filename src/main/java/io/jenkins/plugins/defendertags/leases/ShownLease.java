package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Computer;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.config.DefenderConfiguration;
import java.net.URI;
import java.time.Instant;
import java.util.Date;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A lease as {@link StuckTagsLink} shows it, on its page and in the API. */
@ExportedBean(defaultVisibility = 2)
public final class ShownLease {

    /** What becomes of the tag. In the order of the table: what somebody has to act on comes first. */
    public enum State {
        /** Jenkins no longer tries to remove it by itself. */
        GIVEN_UP,
        /** It could not be removed, and Jenkins tries again. */
        RETRYING,
        /** Its holder has ended, and Jenkins is about to remove it. */
        REMOVING,
        /** Its holder needs it. */
        IN_USE
    }

    private static final int LONGEST_NAME = 255;
    private static final String BUILT_IN = "";

    private final Lease lease;
    private final boolean underWay;

    /** @param underWay whether an attempt to remove the tag is under way */
    ShownLease(Lease lease, boolean underWay) {
        this.lease = lease;
        this.underWay = underWay;
    }

    static State state(Lease lease) {
        if (!lease.isEnded()) {
            return State.IN_USE;
        }
        if (lease.nextAttempt() == null) {
            return State.GIVEN_UP;
        }
        return lease.isStuck() ? State.RETRYING : State.REMOVING;
    }

    @Exported
    public String getId() {
        return lease.id();
    }

    @Exported
    public String getTag() {
        return SingleLine.of(lease.tag().value(), LONGEST_NAME);
    }

    /** Its DNS name; null if it is not known. */
    @Exported
    @CheckForNull
    public String getMachine() {
        return Util.fixEmpty(SingleLine.of(lease.machineName(), LONGEST_NAME));
    }

    @Exported
    public String getMachineId() {
        return lease.machine().value();
    }

    /** The machine's name, if it is known, and its abbreviated ID. */
    public String getMachineDescription() {
        return lease.describeMachine();
    }

    /** The machine's page in the Defender portal; null if the portal is not known. */
    @CheckForNull
    public String getPortalUrl() {
        return DefenderConfiguration.get()
                .findCloud(lease.credential().cloud())
                .map(cloud -> cloud.portalPage(lease.machine()))
                .map(URI::toString)
                .orElse(null);
    }

    /** {@code BLOCK}, {@code AGENT} or {@code TIME}. */
    @Exported
    public String getHolder() {
        if (lease.holder() instanceof LeaseHolder.Time) {
            return "TIME";
        }
        return lease.holder() instanceof LeaseHolder.Agent ? "AGENT" : "BLOCK";
    }

    /** When the holder ends, if it is a time; else null. */
    @Exported
    @CheckForNull
    public Date getUntil() {
        return lease.holder() instanceof LeaseHolder.Time time ? Date.from(time.until()) : null;
    }

    /** Full name of the job and number of the build, such as {@code team/build#7}; null if an agent holds the tag. */
    @Exported
    @CheckForNull
    public String getBuild() {
        return lease.holder().build();
    }

    /** The build's page, below Jenkins' own URL; null if the build does not exist any more. */
    @CheckForNull
    public String getBuildUrl() {
        Run<?, ?> build = LeaseCredentials.findBuild(lease.holder().build());
        return build == null ? null : build.getUrl();
    }

    /** Name of the agent that holds the tag, or that the build was on; null if it was on none. */
    @Exported
    @CheckForNull
    public String getAgent() {
        String node = lease.holder().node();
        return BUILT_IN.equals(node) ? Messages.ShownLease_BuiltIn() : node;
    }

    /** The agent's page, below Jenkins' own URL; null if the agent does not exist any more. */
    @CheckForNull
    public String getAgentUrl() {
        String node = lease.holder().node();
        Computer computer = node == null ? null : Jenkins.get().getComputer(node);
        return computer == null ? null : computer.getUrl();
    }

    @Exported
    public String getCredentialsId() {
        return lease.credential().id();
    }

    /** When the tag was about to be added. */
    @Exported
    public Date getSince() {
        return Date.from(lease.since());
    }

    /** When the holder ended; null if it has not. */
    @Exported
    @CheckForNull
    public Date getEnded() {
        return date(lease.ended());
    }

    @Exported
    public State getState() {
        return state(lease);
    }

    /** Whether Jenkins is asking Defender right now. */
    @Exported
    public boolean isUnderWay() {
        return underWay;
    }

    /** The number of times that the removal has failed. */
    @Exported
    public int getAttempts() {
        return lease.attempts().count();
    }

    /** When the last attempt began; null if there was none. */
    @Exported
    @CheckForNull
    public Date getLastAttempt() {
        return date(lease.attempts().last());
    }

    /** When Jenkins tries next to remove the tag; null if its holder needs it, or if Jenkins has given up. */
    @Exported
    @CheckForNull
    public Date getNextAttempt() {
        return date(lease.nextAttempt());
    }

    /** Why the last attempt failed; null if none did. */
    @Exported
    @CheckForNull
    public String getProblem() {
        Problem problem = lease.attempts().problem();
        return problem == null ? null : problem.message();
    }

    /** Where the troubleshooting page explains the problem; null if it does not. */
    @CheckForNull
    public ErrorCode getErrorCode() {
        Problem problem = lease.attempts().problem();
        return problem == null ? null : problem.errorCode();
    }

    @CheckForNull
    private static Date date(@CheckForNull Instant instant) {
        return instant == null ? null : Date.from(instant);
    }
}
