package io.jenkins.plugins.defendertags.leases;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.ErrorCode;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Problem;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import java.time.Instant;
import java.util.UUID;

/** A lease in a file of a {@link LeaseStore}; times as texts. */
record StoredLease(
        String id,
        String machine,
        @CheckForNull String machineName,
        String tag,
        boolean added,
        Credential credential,
        String since,
        @CheckForNull String ended,
        @CheckForNull Attempts attempts) {

    record Credential(String id, String cloud, String place, String tenantId, String clientId) {

        private LeaseCredential toLeaseCredential() {
            if (id == null || cloud == null || place == null || tenantId == null || clientId == null) {
                throw new IllegalArgumentException("Its credential is not complete.");
            }
            return new LeaseCredential(id, cloud, place, tenantId, clientId);
        }
    }

    record Attempts(
            int count,
            int refusals,
            @CheckForNull String last,
            @CheckForNull String problem,
            @CheckForNull String errorCode,
            int unknown,
            @CheckForNull String unknownSince,
            boolean delayed) {}

    private static final int PROBLEM_SHOWN = 1000;

    static StoredLease of(Lease lease) {
        LeaseCredential credential = lease.credential();
        RemovalAttempts tries = lease.attempts();
        Problem problem = tries.problem();
        return new StoredLease(
                lease.id(),
                lease.machine().value(),
                lease.machineName(),
                lease.tag().value(),
                lease.added(),
                new Credential(
                        credential.id(),
                        credential.cloud(),
                        credential.place(),
                        credential.tenantId(),
                        credential.clientId()),
                lease.since().toString(),
                text(lease.ended()),
                tries.equals(RemovalAttempts.NONE)
                        ? null
                        : new Attempts(
                                tries.count(),
                                tries.refusals(),
                                text(tries.last()),
                                problem == null ? null : SingleLine.of(problem.message(), PROBLEM_SHOWN),
                                problem == null ? null : problem.code(),
                                tries.unknown(),
                                text(tries.unknownSince()),
                                tries.delayed()));
    }

    /** @throws IllegalArgumentException or another runtime exception if something is missing or not usable */
    Lease toLease(LeaseHolder holder) {
        UUID.fromString(id);
        return new Lease(
                id,
                holder,
                new MachineId(machine),
                machineName,
                new Tag(tag),
                added,
                credential.toLeaseCredential(),
                Instant.parse(since),
                instant(ended),
                tries());
    }

    private RemovalAttempts tries() {
        if (attempts == null) {
            return RemovalAttempts.NONE;
        }
        Problem problem =
                attempts.problem == null ? null : new Problem(attempts.problem, ErrorCode.find(attempts.errorCode));
        return new RemovalAttempts(
                attempts.count,
                attempts.refusals,
                instant(attempts.last),
                problem,
                attempts.unknown,
                instant(attempts.unknownSince),
                attempts.delayed);
    }

    @CheckForNull
    private static String text(@CheckForNull Instant time) {
        return time == null ? null : time.toString();
    }

    @CheckForNull
    private static Instant instant(@CheckForNull String text) {
        return text == null ? null : Instant.parse(text);
    }
}
