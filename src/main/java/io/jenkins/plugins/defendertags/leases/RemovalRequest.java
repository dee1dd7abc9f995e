package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.record.AuditLog;
import java.util.function.Consumer;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Who wants tags to be removed now.
 *
 * @param log takes one line at a time, from any thread
 * @param user who asks Jenkins to try again; null if the holder has ended, or Jenkins tries again by itself
 */
record RemovalRequest(Consumer<String> log, @CheckForNull String user) {

    private static final Logger LOGGER = Logger.getLogger(RemovalRequest.class.getName());

    /** The holder has just ended, and has a log. */
    static RemovalRequest byHolder(Consumer<String> log) {
        return new RemovalRequest(log, null);
    }

    /** Nobody waits for it; the audit log has a line of it anyway. */
    static RemovalRequest byJenkins() {
        return new RemovalRequest(LOGGER::fine, null);
    }

    static RemovalRequest byUser() {
        return new RemovalRequest(LOGGER::fine, Jenkins.getAuthentication2().getName());
    }

    /** See {@link AuditLog#write(String, io.jenkins.plugins.defendertags.record.TagRecord)}. */
    String cause(Lease lease) {
        return lease.holder().describe() + (user == null ? "" : ", as " + user + " asked");
    }

    /** Notes that a tag is to stay where it is. */
    void auditKept(Lease lease) {
        AuditLog.write(
                "Keep tag " + lease.quotedTag() + " on "
                        + AuditLog.machine(lease.machineName(), lease.machine().value()),
                cause(lease),
                lease.holder().node(),
                lease.credential().id(),
                "Jenkins no longer removes it");
    }
}
