package io.jenkins.plugins.defendertags.testing;

import java.util.HashMap;
import java.util.Map;

/** Makes the plugin wait for milliseconds where it waits for seconds otherwise, until closed. */
public final class ShortTimers implements AutoCloseable {

    /** System properties of the plugin, in milliseconds. */
    private static final Map<String, String> PROPERTIES = Map.of(
            "io.jenkins.plugins.defendertags.agents.AgentTagOperation.firstPause", "200",
            "io.jenkins.plugins.defendertags.config.DefenderConfiguration.firstPause", "10",
            "io.jenkins.plugins.defendertags.leases.LeaseService.moment", "200",
            "io.jenkins.plugins.defendertags.tagging.MachineWait.firstPause", "200");

    private final Map<String, String> before = new HashMap<>();

    public ShortTimers() {
        PROPERTIES.forEach((name, value) -> before.put(name, System.setProperty(name, value)));
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
