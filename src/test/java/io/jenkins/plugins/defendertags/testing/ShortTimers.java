package io.jenkins.plugins.defendertags.testing;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Makes the plugin wait for milliseconds where it waits for seconds otherwise, until closed. */
public final class ShortTimers implements AutoCloseable {

    /** System properties of the plugin, in milliseconds. */
    private static final Map<String, String> PROPERTIES = Map.of(
            "io.jenkins.plugins.defendertags.agents.AgentTagOperation.firstPause", "200",
            "io.jenkins.plugins.defendertags.config.DefenderConfiguration.firstPause", "10",
            "io.jenkins.plugins.defendertags.leases.LeaseService.moment", "200",
            "io.jenkins.plugins.defendertags.tagging.MachineWait.firstPause", "200");

    /** Less than in {@link #PROPERTIES}: tests that share a Jenkins have it look for what is due when they want it to. */
    private static final String RETRY = "io.jenkins.plugins.defendertags.leases.LeaseEvents$Retry.period";

    private final Map<String, String> before = new HashMap<>();

    public ShortTimers() {
        PROPERTIES.forEach((name, value) -> before.put(name, System.setProperty(name, value)));
    }

    /** For a Jenkins in a process of its own, which also looks every second for what is due. */
    public static String[] javaOptions() {
        return Stream.concat(
                        PROPERTIES.entrySet().stream()
                                .map(property -> "-D" + property.getKey() + "=" + property.getValue()),
                        Stream.of("-D" + RETRY + "=1000"))
                .toArray(String[]::new);
    }

    @Override
    public void close() {
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }
}
