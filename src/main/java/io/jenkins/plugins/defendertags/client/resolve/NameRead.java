package io.jenkins.plugins.defendertags.client.resolve;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.FilterForm;
import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.queue.MachineRead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The read of the records that fit a name. It asks query after query until one finds a machine in use. If a full DNS name fits no
 * machine in use, one more query looks for machines with the same host name, so that the error can name them.
 */
final class NameRead extends MachineRead<NameRecords> {

    private static final Kind KIND = new Kind() {
        @Override
        public List<FilterForm> forms() {
            return List.of(FilterForm.OR);
        }

        @Override
        public Collection<?> keysOf(Machine machine) {
            Set<Object> keys = new HashSet<>(MachineKey.of(machine));
            keys.addAll(MachineKey.ofInterfaces(machine));
            String hostName = MachineKey.hostNameOf(machine);
            if (hostName != null) {
                keys.add(hostName);
            }
            return keys;
        }
    };

    private final MachineKey key;
    private final List<MachineListQuery> queries;
    /** The host name whose machines are similar, for a full DNS name. */
    @CheckForNull
    private final String hostName;

    private final NameRecords records = new NameRecords();
    private int next;

    /** @param now for look-ups by address */
    NameRead(AppRegistration registration, MachineName name, Instant now) {
        super(registration, KIND);
        key = MachineKey.of(name);
        queries = new ArrayList<>(MachineListQuery.forName(registration.cloud(), name, now));
        hostName = name.kind() == MachineName.Kind.FULL_NAME ? key.hostName() : null;
        if (hostName != null) {
            queries.add(MachineListQuery.forHostName(registration.cloud(), hostName));
        }
    }

    @Override
    protected Object identity() {
        return key;
    }

    /** By its key for the name, and by its host name if it is only similar. */
    @Override
    protected Collection<?> keys() {
        return hostName == null ? Set.of(key) : Set.of(key, hostName);
    }

    @Override
    protected MachineListQuery query() {
        return queries.get(next);
    }

    private boolean asksForSimilarNames() {
        return hostName != null && next == queries.size() - 1;
    }

    /** All spellings at once; similar names only when they are all that is left. */
    private List<MachineListQuery> shareable() {
        if (asksForSimilarNames()) {
            return List.of(query());
        }
        return queries.subList(next, hostName == null ? queries.size() : queries.size() - 1).stream()
                .takeWhile(query -> query.filter() != null)
                .toList();
    }

    @Override
    @CheckForNull
    protected String clause(FilterForm form) {
        List<MachineListQuery> shared = shareable();
        return shared.isEmpty()
                ? null
                : shared.stream()
                        .map(query -> Objects.requireNonNull(query.filter()))
                        .collect(Collectors.joining(" or "));
    }

    @Override
    protected Outcome<NameRecords> answered(Source source, Collection<Machine> machines, boolean ownCallAllowed) {
        switch (source) {
            case PART_OF_INVENTORY -> {
                return new Again<>();
            }
            case INVENTORY -> {
                machines.forEach(this::addSimilar);
                machines.stream().filter(key::fits).forEach(records::add);
                return new Done<>(records);
            }
            default -> {
                if (asksForSimilarNames()) {
                    machines.forEach(this::addSimilar);
                } else {
                    // In a shared answer, an interface says nothing: the machine may be there for another name.
                    machines.stream()
                            .filter(machine -> source == Source.OWN_CALL
                                    ? key.fits(machine)
                                    : MachineKey.of(machine).contains(key))
                            .forEach(records::add);
                }
                next += source == Source.OWN_CALL ? 1 : shareable().size();
                return records.containUsable() || next >= queries.size() ? new Done<>(records) : new Again<>();
            }
        }
    }

    private void addSimilar(Machine machine) {
        if (hostName != null && hostName.equals(MachineKey.hostNameOf(machine)) && MachineSelector.isUsable(machine)) {
            records.addSimilar(machine);
        }
    }

    @Override
    protected Outcome<NameRecords> failed(DefenderException failure) {
        if (asksForSimilarNames()) {
            return new Done<>(records); // the error goes without them
        }
        return failure.kind() == DefenderException.Kind.REFUSED
                ? new Done<>(records.refusedBy(failure))
                : new Failed<>(failure);
    }
}
