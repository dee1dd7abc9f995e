package io.jenkins.plugins.defendertags.client.resolve;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.api.FilterForm;
import io.jenkins.plugins.defendertags.client.api.MachineListQuery;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.queue.MachineRead;
import java.util.Collection;
import java.util.List;

/** The read of every machine with a tag, including inactive, merged and not onboarded ones. */
final class TagRead extends MachineRead<List<Machine>> {

    private static final Kind KIND = new Kind() {
        @Override
        public List<FilterForm> forms() {
            return List.of();
        }

        @Override
        public Collection<String> keysOf(Machine machine) {
            return machine.tags();
        }
    };

    private final Tag tag;

    TagRead(AppRegistration registration, Tag tag) {
        super(registration, KIND);
        this.tag = tag;
    }

    @Override
    protected Object identity() {
        return tag;
    }

    @Override
    protected Collection<String> keys() {
        return List.of(tag.value());
    }

    @Override
    protected MachineListQuery query() {
        return MachineListQuery.withTag(registration().cloud(), tag);
    }

    @Override
    @CheckForNull
    protected String clause(FilterForm form) {
        return null;
    }

    @Override
    protected Outcome<List<Machine>> answered(Source source, Collection<Machine> machines, boolean ownCallAllowed) {
        return new Done<>(List.copyOf(machines));
    }
}
