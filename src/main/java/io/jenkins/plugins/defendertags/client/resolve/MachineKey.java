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
 * A name in a form that compares equal for a name and the machines it fits: names in lower case, addresses in their canonical
 * spelling. Whatever Defender returns, only machines with the name's key count.
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

    /** Returns the keys by which Defender's filters find a machine. */
    static Set<MachineKey> of(Machine machine) {
        Set<MachineKey> keys = new HashSet<>();
        String name = machine.computerDnsName();
        if (name != null) {
            keys.add(new MachineKey(Kind.FULL_NAME, fold(name)));
            keys.add(new MachineKey(Kind.SHORT_NAME, firstLabel(fold(name))));
        }
        addAddress(keys, machine.lastIpAddress());
        return keys;
    }

    /** Returns the keys of all network interfaces, which only count if no machine last reported itself by the address. */
    static Set<MachineKey> ofInterfaces(Machine machine) {
        Set<MachineKey> keys = new HashSet<>();
        machine.ipAddresses().forEach(address -> addAddress(keys, address));
        return keys;
    }

    /** Returns whether a machine has this key, network interfaces included. */
    boolean fits(Machine machine) {
        return of(machine).contains(this)
                || kind == Kind.ADDRESS && ofInterfaces(machine).contains(this);
    }

    /** Returns the host name of a full DNS name: its first label. */
    String hostName() {
        return firstLabel(text);
    }

    /** Returns the host name of a machine in lower case, or null if Defender has no name for it. */
    @CheckForNull
    static String hostNameOf(Machine machine) {
        String name = machine.computerDnsName();
        return name == null ? null : firstLabel(fold(name));
    }

    private static String firstLabel(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
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
