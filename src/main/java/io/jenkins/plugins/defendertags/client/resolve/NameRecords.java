package io.jenkins.plugins.defendertags.client.resolve;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.Problem;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The records found for one name; each machine once, though a list that changes while it is read may repeat one. */
final class NameRecords {

    private final Map<MachineId, Machine> byId = new LinkedHashMap<>();
    private final Map<MachineId, Machine> similar = new LinkedHashMap<>();

    @CheckForNull
    private DefenderException refusal;

    void add(Machine machine) {
        byId.put(machine.id(), machine);
    }

    void addSimilar(Machine machine) {
        similar.put(machine.id(), machine);
    }

    /** Defender refused the look-up of this one name. */
    NameRecords refusedBy(DefenderException failure) {
        refusal = failure;
        return this;
    }

    boolean containUsable() {
        return byId.values().stream().anyMatch(MachineSelector::isUsable);
    }

    /** Returns the answer for a name that they were found for, in any spelling. */
    ResolvedMachine answer(MachineName name, boolean pickNewest) {
        return refusal == null
                ? MachineSelector.select(name, thatFit(MachineKey.of(name)), similar.values(), pickNewest)
                : ResolvedMachine.failed(
                        name,
                        new Problem(
                                "The " + name.describe() + " could not be looked up: name the machine by its ID. "
                                        + refusal.getMessage(),
                                refusal.errorCode()));
    }

    /**
     * Returns all records, or those alone that last reported themselves by the address if one of them is in use: they take
     * precedence over machines that have the address on another network interface.
     */
    private Collection<Machine> thatFit(MachineKey key) {
        List<Machine> first = byId.values().stream()
                .filter(machine -> MachineKey.of(machine).contains(key))
                .toList();
        return first.stream().anyMatch(MachineSelector::isUsable) ? first : byId.values();
    }
}
