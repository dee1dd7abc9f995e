package io.jenkins.plugins.defendertags.demo;

import com.lesfurets.jenkins.unit.BasePipelineTest;
import com.lesfurets.jenkins.unit.MethodSignature;
import groovy.lang.Closure;
import io.jenkins.plugins.defendertags.client.auth.AppRegistration;
import io.jenkins.plugins.defendertags.client.auth.ClientSecret;
import io.jenkins.plugins.defendertags.client.auth.Cloud;
import io.jenkins.plugins.defendertags.client.http.ProxyServer;
import io.jenkins.plugins.defendertags.client.http.Timeouts;
import io.jenkins.plugins.defendertags.client.model.Machine;
import io.jenkins.plugins.defendertags.client.model.MachineId;
import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.client.model.TagChange;
import io.jenkins.plugins.defendertags.client.queue.QueueSettings;
import io.jenkins.plugins.defendertags.client.queue.TagQueues;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs the sample Pipeline without Jenkins: JenkinsPipelineUnit runs the script, and {@code defenderTag} goes straight to
 * the plugin's client. Shows what a script sees; the step itself, credentials and agents need a real Jenkins.
 */
final class PipelineUnitDemo extends BasePipelineTest {

    private final DefenderSimulator simulator;

    PipelineUnitDemo(DefenderSimulator simulator) {
        this.simulator = simulator;
    }

    boolean run() throws Exception {
        setScriptRoots(Demo.FILES.toString());
        setScriptExtension("groovy");
        setImports(Map.of()); // by default @NonCPS, whose library is on no public repository but Jenkins' own
        setUp();
        try (TagQueues queues =
                new TagQueues(() -> Timeouts.DEFAULT, ProxyServer.Chooser.NONE, () -> QueueSettings.DEFAULT)) {
            getHelper().registerAllowedMethod("defenderTag", List.of(Map.class), step(queues));
            getHelper()
                    .registerAllowedMethod(
                            new MethodSignature("echo", String.class), (Consumer<Object>) System.out::println);
            runScript("pipeline.groovy");
        }
        List<String> tags = simulator.tagsOf(Demo.AGENT_ID);
        System.out.println("The simulated Defender has the tags " + tags + " for the agent's machine.");
        return tags.contains("build-agent");
    }

    private Closure<?> step(TagQueues queues) {
        AppRegistration registration = new AppRegistration(
                Cloud.of("simulated", "Simulated", simulator.url(), simulator.authority(), simulator.scope(), null),
                DefenderSimulator.TENANT,
                DefenderSimulator.CLIENT,
                new ClientSecret(DefenderSimulator.SECRET));
        return new Closure<Map<String, Object>>(this) {
            private static final long serialVersionUID = 1;

            @SuppressWarnings("unused") // Groovy calls it by its name
            public Map<String, Object> doCall(Map<String, Object> arguments) {
                TagAction action = TagAction.parse((String) arguments.get("action"));
                Tag tag = new Tag((String) arguments.get("value"));
                String named = (String) arguments.get("machine");
                MachineId id = new MachineId(named == null ? Demo.AGENT_ID : named);
                Machine machine = queues.queue(registration)
                        .submit(registration, new TagChange(action, tag, id))
                        .result()
                        .join();
                System.out.println("[defender] " + action.describe(tag, machine.toString()) + ": "
                        + String.join(", ", machine.tags()));
                return machine.toMap();
            }
        };
    }
}
