package io.jenkins.plugins.defendertags.leases;

import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;

/** A tag on a machine in its exact spelling, which is what Defender is asked to add or remove. */
record TagOnMachine(MachineId machine, Tag tag) {

    LeaseKey key() {
        return LeaseKey.of(machine, tag);
    }
}
