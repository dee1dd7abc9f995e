package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.DefenderException.Kind;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads of machines that are one call: a single read, or a list with a filter by machine IDs. */
record ReadBatch(AppRegistration registration, List<MachineRead> reads, ReadForm.Attempt attempt) {

    boolean isSingle() {
        return reads.size() == 1;
    }

    /**
     * Makes the call and blocks for as long as it takes.
     *
     * @return the machines that the answer contains
     */
    Map<MachineId, Machine> send(DefenderClient client) throws DefenderException {
        if (isSingle()) {
            MachineId id = reads.get(0).id;
            return Map.of(id, client.getMachine(registration, id));
        }
        List<MachineId> ids = reads.stream().map(read -> read.id).toList();
        MachineListQuery query = MachineListQuery.withIds(registration.cloud(), ids, attempt.filter());
        Map<MachineId, Machine> found = new HashMap<>();
        try {
            client.listMachines(registration, query.first(), machine -> ids.contains(machine.id()))
                    .machines()
                    .forEach(machine -> found.put(machine.id(), machine));
        } catch (DefenderException x) {
            if (x.kind() != Kind.NOT_FOUND) { // which is how an empty list may be answered
                throw x;
            }
        }
        return found;
    }

    /** Whether another filter, or fewer machines, may help against a failure of a list call. */
    static boolean isRefusalOfForm(Throwable failure) {
        return failure instanceof DefenderException refused
                && switch (refused.kind()) {
                    case REFUSED, NOT_UNDERSTOOD, TOO_LARGE, UNAVAILABLE, NO_ANSWER -> true;
                    default -> false;
                };
    }
}
