package io.jenkins.plugins.defendertags.machine;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.regex.Pattern;
import jenkins.security.MasterToSlaveCallable;

/**
 * Runs on an agent and brings its host name and IP addresses, read by {@link AgentHost} on the controller: a line
 * {@code name …}, then lines {@code address …}.
 */
final class HostProbe extends MasterToSlaveCallable<String, IOException> {

    private static final long serialVersionUID = 1;

    /** Networks inside the host; thousands of hosts have the same address there, such as 172.17.0.1. */
    private static final Pattern INTERNAL =
            Pattern.compile("(docker|podman|br-|veth|virbr|lxcbr|lxdbr|cni|flannel|cali).*");

    @Override
    public String call() throws IOException {
        StringBuilder text = new StringBuilder("name ").append(hostName()).append('\n');
        try {
            for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (network.isUp() && !INTERNAL.matcher(network.getName()).matches()) {
                    network.inetAddresses()
                            .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                            .forEach(address -> text.append("address ")
                                    .append(address.getHostAddress())
                                    .append('\n'));
                }
            }
        } catch (SocketException x) {
            return text.toString(); // the name alone is an answer
        }
        return text.toString();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException x) {
            return unresolvedHostName(); // a host that does not know its own name's address
        }
    }

    private static String unresolvedHostName() {
        boolean windows = File.pathSeparatorChar == ';';
        String name = System.getenv(windows ? "COMPUTERNAME" : "HOSTNAME");
        try {
            if (!windows) {
                name = Files.readString(Path.of("/proc/sys/kernel/hostname"), StandardCharsets.US_ASCII);
            }
        } catch (IOException x) {
            return name == null ? "" : name; // macOS has no such file
        }
        return name == null ? "" : name.strip();
    }
}
