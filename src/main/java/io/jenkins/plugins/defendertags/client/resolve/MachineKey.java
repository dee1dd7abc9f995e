package io.jenkins.plugins.defendertags.client.resolve;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.IpAddress;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.MachineName.Kind;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * What a name and the machines it fits have in common, so that they meet in a hash map: names without regard to case,
 * addresses without regard to their spelling. Whatever Defender found, only machines with the name's key count.
 */
record MachineKey(Kind kind, String text) {

    static MachineKey of(MachineName name) {
        Kind kind = name.kind();
        return new MachineKey(
                kind,
                kind == Kind.ADDRESS
                        ? Objects.requireNonNull(IpAddress.canonicalize(name.value()))
                        : fold(name.value()));
    }

    /** The keys by which Defender's filters find a machine. */
    static Set<MachineKey> of(Machine machine) {
        Set<MachineKey> keys = new HashSet<>();
        String name = machine.computerDnsName();
        if (name != null) {
            keys.add(new MachineKey(Kind.FULL_NAME, fold(name)));
            int dot = name.indexOf('.');
            keys.add(new MachineKey(Kind.SHORT_NAME, fold(dot < 0 ? name : name.substring(0, dot))));
        }
        addAddress(keys, machine.lastIpAddress());
        return keys;
    }

    /** The keys of all its network interfaces, which only count when no machine has the address as its last one. */
    static Set<MachineKey> ofInterfaces(Machine machine) {
        Set<MachineKey> keys = new HashSet<>();
        machine.ipAddresses().forEach(address -> addAddress(keys, address));
        return keys;
    }

    /** Whether a machine has this key, one of its network interfaces included. */
    boolean fits(Machine machine) {
        return of(machine).contains(this)
                || kind == Kind.ADDRESS && ofInterfaces(machine).contains(this);
    }

    private static void addAddress(Set<MachineKey> keys, @CheckForNull String address) {
        String canonical = IpAddress.canonicalize(address);
        if (canonical != null) {
            keys.add(new MachineKey(Kind.ADDRESS, canonical));
        }
    }

    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
