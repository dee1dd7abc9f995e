package io.jenkins.plugins.defendertags.client.resolve;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.MachineName.Kind;
import io.jenkins.plugins.defendertags.client.model.Problem;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the records that fit some names. The calls are made one after the other: for each name until one finds a machine in
 * use, or for all names together by reading the inventory. If a full DNS name fits no machine in use, one more call looks for
 * machines with the same host name, so that the error can name them.
 */
final class NameLookup {

    private final MachineListReader lists;
    private final Cloud cloud;
    /** The names to look up, with one of the spellings of each. */
    private final Map<MachineKey, MachineName> names = new LinkedHashMap<>();

    private final Map<MachineKey, Records> records = new LinkedHashMap<>();
    private final Map<String, List<MachineKey>> fullNamesByHostName;

    /** @param names in any order; machine IDs are ignored, since they need no call */
    NameLookup(MachineListReader lists, Cloud cloud, Collection<MachineName> names) {
        this.lists = lists;
        this.cloud = cloud;
        for (MachineName name : names) {
            if (name.kind() != Kind.ID) {
                this.names.putIfAbsent(MachineKey.of(name), name);
            }
        }
        this.names.keySet().forEach(key -> records.put(key, new Records()));
        fullNamesByHostName = records.keySet().stream()
                .filter(key -> key.kind() == Kind.FULL_NAME)
                .collect(Collectors.groupingBy(MachineKey::hostName));
    }

    /** Returns how many different names there are. */
    int size() {
        return names.size();
    }

    /** @param now for look-ups by address */
    CompletableFuture<Void> askForEach(Instant now) {
        CompletableFuture<Void> asked = CompletableFuture.completedFuture(null);
        for (Map.Entry<MachineKey, MachineName> name : names.entrySet()) {
            for (MachineListQuery query : MachineListQuery.forName(cloud, name.getValue(), now)) {
                asked = asked.thenCompose(before -> ask(query, name.getKey()));
            }
        }
        return asked.thenCompose(all -> askForSimilarNames());
    }

    /** Does nothing if an earlier query found a machine in use, or was refused. */
    private CompletableFuture<Void> ask(MachineListQuery query, MachineKey key) {
        Records found = records.get(key);
        if (found.containUsable() || found.refusal != null) {
            return CompletableFuture.completedFuture(null);
        }
        return lists.read(query, key::fits).handle((machines, thrown) -> {
            if (thrown == null) {
                machines.forEach(found::add);
            } else if (DefenderException.unwrap(thrown) instanceof DefenderException failure
                    && failure.kind() == DefenderException.Kind.REFUSED) {
                found.refusal = failure; // of this one name
            } else {
                throw new CompletionException(DefenderException.unwrap(thrown));
            }
            return null;
        });
    }

    private CompletableFuture<Void> askForSimilarNames() {
        MachineListQuery query = MachineListQuery.forHostNames(
                cloud, failedFullNames().map(MachineKey::hostName).distinct().toList());
        if (query == null) {
            return CompletableFuture.completedFuture(null);
        }
        return lists.read(query, this::isSimilar).handle((machines, failure) -> {
            if (failure == null) { // else the error goes without them
                machines.forEach(this::addSimilar);
            }
            return null;
        });
    }

    private Stream<MachineKey> failedFullNames() {
        return records.entrySet().stream()
                .filter(name -> name.getKey().kind() == Kind.FULL_NAME
                        && name.getValue().refusal == null
                        && !name.getValue().containUsable())
                .map(Map.Entry::getKey);
    }

    CompletableFuture<Void> readInventory() {
        return lists.read(MachineListQuery.inventory(cloud), machine -> fits(machine) || isSimilar(machine))
                .thenAccept(machines -> machines.forEach(machine -> {
                    keys(machine)
                            .filter(records::containsKey)
                            .forEach(key -> records.get(key).add(machine));
                    addSimilar(machine);
                }));
    }

    private boolean fits(Machine machine) {
        return keys(machine).anyMatch(records::containsKey);
    }

    private static Stream<MachineKey> keys(Machine machine) {
        return Stream.concat(MachineKey.of(machine).stream(), MachineKey.ofInterfaces(machine).stream());
    }

    private boolean isSimilar(Machine machine) {
        return !fullNamesLike(machine).isEmpty();
    }

    private void addSimilar(Machine machine) {
        fullNamesLike(machine).forEach(key -> records.get(key).similar.put(machine.id(), machine));
    }

    /** Returns the full names that were asked for and have the host name of the machine, if it is in use. */
    private List<MachineKey> fullNamesLike(Machine machine) {
        String hostName = MachineKey.hostNameOf(machine);
        return hostName != null && MachineSelector.isUsable(machine)
                ? fullNamesByHostName.getOrDefault(hostName, List.of())
                : List.of();
    }

    /** Returns the answer for one of the names, in any spelling. */
    ResolvedMachine answer(MachineName name, boolean pickNewest) {
        if (name.kind() == Kind.ID) {
            return ResolvedMachine.given(name, new MachineId(name.value()));
        }
        MachineKey key = MachineKey.of(name);
        Records found = records.get(key);
        return found.refusal == null
                ? MachineSelector.select(name, found.thatFit(key), found.similar.values(), pickNewest)
                : ResolvedMachine.failed(name, explain(name, found.refusal));
    }

    private static Problem explain(MachineName name, DefenderException refusal) {
        return new Problem(
                "The " + name.describe() + " could not be looked up: name the machine by its ID. "
                        + refusal.getMessage(),
                refusal.errorCode());
    }

    /** The records found for one name; each machine once, though a list that changes while it is read may repeat one. */
    private static final class Records {

        private final Map<MachineId, Machine> byId = new LinkedHashMap<>();
        private final Map<MachineId, Machine> similar = new LinkedHashMap<>();

        @CheckForNull
        private DefenderException refusal;

        void add(Machine machine) {
            byId.put(machine.id(), machine);
        }

        boolean containUsable() {
            return byId.values().stream().anyMatch(MachineSelector::isUsable);
        }

        /**
         * Returns all records, or those alone that last reported themselves by the address if one of them is in use: they take
         * precedence over machines that have the address on another network interface.
         */
        Collection<Machine> thatFit(MachineKey key) {
            List<Machine> first = byId.values().stream()
                    .filter(machine -> MachineKey.of(machine).contains(key))
                    .toList();
            return first.stream().anyMatch(MachineSelector::isUsable) ? first : byId.values();
        }
    }
}
