package io.jenkins.plugins.defendertags;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.defendertags.client.AppRegistration;
import io.jenkins.plugins.defendertags.client.Machine;
import io.jenkins.plugins.defendertags.client.MachineId;
import io.jenkins.plugins.defendertags.credentials.EntraAppRegistration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Is asked once before a change is sent. */
@FunctionalInterface
interface TagGate {

    /** For a change that stands by itself. */
    TagGate OPEN = (credential, registration, machines) -> CompletableFuture.completedFuture(Map.of());

    /** @return the machines that are as wanted, and need no change */
    @NonNull
    CompletableFuture<Map<MachineId, Machine>> pass(
            @NonNull EntraAppRegistration credential,
            @NonNull AppRegistration registration,
            @NonNull Set<MachineId> machines);
}
