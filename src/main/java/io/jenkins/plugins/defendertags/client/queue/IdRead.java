package io.jenkins.plugins.defendertags.client.queue;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.DefenderClient;
import io.jenkins.plugins.defendertags.client.api.FilterForm;
import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.DefenderException;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import java.util.Collection;
import java.util.List;

/**
 * The read of a machine by its ID. A machine that a list does not contain may exist all the same: only its own URL, or a second
 * list, tells that it is unknown.
 */
final class IdRead extends MachineRead<Machine> {

    private static final Kind KIND = new Kind() {
        @Override
        public List<FilterForm> forms() {
            return List.of(FilterForm.IN, FilterForm.OR);
        }

        @Override
        public Collection<MachineId> keysOf(Machine machine) {
            return List.of(machine.id());
        }
    };

    private final MachineId id;
    private final RecentWrites recent;
    private boolean needsOwnCall;
    private boolean missedOnce;

    IdRead(AppRegistration registration, MachineId id, RecentWrites recent) {
        super(registration, KIND);
        this.id = id;
        this.recent = recent;
    }

    @Override
    protected Object identity() {
        return id;
    }

    @Override
    protected Collection<MachineId> keys() {
        return List.of(id);
    }

    @Override
    protected MachineListQuery query() {
        return MachineListQuery.withFilter(
                registration().cloud(), FilterForm.OR, List.of("id eq '" + id.value() + "'"));
    }

    @Override
    @CheckForNull
    protected String clause(FilterForm form) {
        return needsOwnCall ? null : form == FilterForm.IN ? "'" + id.value() + "'" : "id eq '" + id.value() + "'";
    }

    /** Reads the machine's own URL instead of a list. */
    @Override
    ListScan scan() {
        return new ListScan(registration(), query(), machine -> true) {
            @Override
            void readPage(DefenderClient client) throws DefenderException {
                complete(client.getMachine(registration(), id));
            }
        };
    }

    @Override
    protected Outcome<Machine> answered(Source source, Collection<Machine> machines, boolean ownCallAllowed) {
        if (!machines.isEmpty()) {
            return new Done<>(recent.read(machines.iterator().next()));
        }
        if (source == Source.PART_OF_INVENTORY) {
            return new Again<>();
        }
        if (!ownCallAllowed && missedOnce) {
            return new Failed<>(DefenderClient.unknownMachine(registration(), id));
        }
        needsOwnCall = ownCallAllowed;
        missedOnce = true;
        return new Again<>();
    }
}
