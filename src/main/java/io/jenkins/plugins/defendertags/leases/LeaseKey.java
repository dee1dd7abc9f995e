package io.jenkins.plugins.defendertags.leases;

import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;

/**
 * One tag on one machine, which holders share. Whether Defender distinguishes tags by case is not documented, so tags that differ
 * only in case have the same key. Machine IDs are unique among all tenants.
 *
 * @param folded the tag without regard to case, as {@link String#equalsIgnoreCase} compares
 */
public record LeaseKey(MachineId machine, String folded) {

    public static LeaseKey of(MachineId machine, Tag tag) {
        String value = tag.value();
        StringBuilder folded = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            folded.append(Character.toLowerCase(Character.toUpperCase(value.charAt(i))));
        }
        return new LeaseKey(machine, folded.toString());
    }
}
