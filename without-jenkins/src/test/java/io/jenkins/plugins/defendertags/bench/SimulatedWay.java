package io.jenkins.plugins.defendertags.bench;

import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ClientSecret;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.PendingChange;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.RateLimit;
import io.jenkins.plugins.defendertags.client.queue.TagQueue;
import io.jenkins.plugins.defendertags.client.queue.TagQueues;
import io.jenkins.plugins.defendertags.client.resolve.MachineResolver;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The plugin's whole way to a simulated Defender, as builds use it. */
public final class SimulatedWay implements AutoCloseable {

    /** More calls than anything here makes. */
    public static final QueueSettings UNLIMITED = new QueueSettings(
            List.of(RateLimit.perMinute(100_000_000)), Duration.ofHours(1), Duration.ofMillis(10));

    public final DefenderSimulator simulator;
    private final TagQueues queues;
    private final AppRegistration registration;

    public SimulatedWay(QueueSettings settings) {
        this(settings, Timeouts.DEFAULT, new DefenderSimulator(), null);
    }

    /** @param url of what stands before the simulator, or null */
    public SimulatedWay(QueueSettings settings, Timeouts timeouts, DefenderSimulator simulator, String url) {
        this.simulator = simulator;
        String way = url == null ? simulator.url() : url;
        registration = new AppRegistration(
                Cloud.of("simulated", "Simulated", way, way + "/login", simulator.scope(), null),
                DefenderSimulator.TENANT,
                DefenderSimulator.CLIENT,
                new ClientSecret(DefenderSimulator.SECRET));
        queues = new TagQueues(() -> timeouts, ProxyServer.Chooser.NONE, () -> settings);
    }

    public static String id(int number) {
        return String.format("%040x", number);
    }

    public void addMachines(int count) {
        for (int i = 0; i < count; i++) {
            simulator.addMachine(id(i), "build-" + i + ".example.com");
        }
    }

    public AppRegistration registration() {
        return registration;
    }

    public TagQueue queue() {
        return queues.queue(registration);
    }

    public MachineResolver resolver() {
        return new MachineResolver(queues.queue(registration));
    }

    public PendingChange submit(TagAction action, String tag, int machine) {
        return queue().submit(registration, new TagChange(action, new Tag(tag), new MachineId(id(machine))));
    }

    @Override
    public void close() throws IOException {
        queues.close();
        simulator.close();
    }
}
