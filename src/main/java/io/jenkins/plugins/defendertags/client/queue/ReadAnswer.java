package io.jenkins.plugins.defendertags.client.queue;

import io.jenkins.plugins.defendertags.client.model.Machine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Distributes the machines of one answer among the reads that share it. */
final class ReadAnswer {

    private final List<MachineRead<?>> reads;
    private final Map<Object, List<MachineRead<?>>> readsByKey = new HashMap<>();
    private final Map<MachineRead<?>, Map<Object, Machine>> machines = new HashMap<>();

    ReadAnswer(List<MachineRead<?>> reads) {
        this.reads = reads;
        for (MachineRead<?> read : reads) {
            read.keys()
                    .forEach(key -> readsByKey
                            .computeIfAbsent(key, k -> new ArrayList<>(1))
                            .add(read));
        }
    }

    List<MachineRead<?>> reads() {
        return reads;
    }

    private Collection<?> keysOf(Machine machine) {
        return Set.copyOf(reads.get(0).kind().keysOf(machine));
    }

    /** Returns whether one of the reads wants a machine. */
    boolean isWanted(Machine machine) {
        return keysOf(machine).stream().anyMatch(readsByKey::containsKey);
    }

    /** Adds machines for whichever read wants them. */
    void add(List<Machine> list) {
        for (Machine machine : list) {
            for (Object key : keysOf(machine)) {
                for (MachineRead<?> read : readsByKey.getOrDefault(key, List.of())) {
                    put(read, machine);
                }
            }
        }
    }

    /** Adds machines of a read's own call, whose answer is right whatever ID it has. */
    void addAll(List<Machine> list) {
        for (MachineRead<?> read : reads) {
            list.forEach(machine -> put(read, machine));
        }
    }

    private void put(MachineRead<?> read, Machine machine) {
        machines.computeIfAbsent(read, r -> new LinkedHashMap<>()).put(machine.id(), machine);
    }

    /** The machines for a read, in Defender's order. */
    Collection<Machine> machines(MachineRead<?> read) {
        return machines.getOrDefault(read, Map.of()).values();
    }
}
