package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.Problem;
import java.util.Date;

/** A tag that could not be removed, as {@link StuckTagsLink} shows it. */
public final class StuckTag {

    private final Lease lease;

    StuckTag(Lease lease) {
        this.lease = lease;
    }

    public String getId() {
        return lease.id();
    }

    public String getTag() {
        return lease.tag().value();
    }

    public String getMachine() {
        return lease.describeMachine();
    }

    public String getMachineId() {
        return lease.machine().value();
    }

    /** Full name of the job and number of the build: {@code team/build#7}; null if an agent held the tag. */
    @CheckForNull
    public String getBuild() {
        return lease.holder().build();
    }

    /** Name of the agent that held the tag, or that the build was on; null if it was on none. */
    @CheckForNull
    public String getNode() {
        return lease.holder().node();
    }

    public String getCredentialsId() {
        return lease.credential().id();
    }

    /** When the tag was about to be added, for people. */
    public Date getSinceDate() {
        return Date.from(lease.since());
    }

    /** The same for programs. */
    public String getSince() {
        return lease.since().toString();
    }

    /** How often the removal has failed. */
    public int getAttempts() {
        return lease.attempts().count();
    }

    /** Why the last attempt failed. */
    public String getProblem() {
        Problem problem = lease.attempts().problem();
        return problem == null ? "" : problem.message();
    }

    /** Where the troubleshooting page explains that; null if it does not. */
    @CheckForNull
    public ErrorCode getErrorCode() {
        Problem problem = lease.attempts().problem();
        return problem == null ? null : problem.errorCode();
    }
}
