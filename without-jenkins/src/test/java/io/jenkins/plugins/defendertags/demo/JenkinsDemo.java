package io.jenkins.plugins.defendertags.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.nio.file.Path;
import java.time.Duration;

/** The demo's jobs in a real Jenkins. */
final class JenkinsDemo {

    private static final Path FOLDER = Path.of("target/demo");
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(2);

    private final DefenderSimulator simulator;
    private final String maven;
    private final int port;

    /** @param port 0 for any free one */
    JenkinsDemo(DefenderSimulator simulator, String maven, int port) {
        this.simulator = simulator;
        this.maven = maven;
        this.port = port;
    }

    boolean run(boolean once) throws Exception {
        try (RunningJenkins jenkins = new RunningJenkins(FOLDER, maven, simulator.url(), port)) {
            DemoJobs.addTo(jenkins);
            System.out.println("Starting Jenkins at " + jenkins.url() + " (log: " + FOLDER + "/jenkins.log) …");
            jenkins.start();
            System.out.println("Starting the agent build-07 …");
            jenkins.startAgent();
            if (once) {
                boolean pipeline = build(jenkins, DemoJobs.PIPELINE, "build-agent");
                return build(jenkins, DemoJobs.FREESTYLE, "freestyle-1") && pipeline;
            }
            System.out.println();
            System.out.println("Jenkins:            " + jenkins.url());
            System.out.println("Pipeline job:       " + jenkins.url() + "job/" + DemoJobs.PIPELINE + "/");
            System.out.println("Freestyle job:      " + jenkins.url() + "job/" + DemoJobs.FREESTYLE + "/");
            System.out.println("Many machines:      " + jenkins.url() + "job/" + DemoJobs.FLEET + "/");
            System.out.println("A tag for a while:  " + jenkins.url() + "job/" + DemoJobs.BLOCK + "/");
            System.out.println("Simulated Defender: " + simulator.url());
            System.out.println("Ctrl+C ends all of it.");
            jenkins.waitFor();
            return true;
        }
    }

    /** Builds a job, prints its log and metadata, and looks for the tag there and in the simulated Defender. */
    private boolean build(RunningJenkins jenkins, String job, String tag) throws Exception {
        jenkins.build(job);
        String build = jenkins.awaitEnd(job, 1, BUILD_LIMIT);
        System.out.println();
        System.out.println("=== " + jenkins.url() + build + "console");
        System.out.println(jenkins.get(build + "consoleText").body().strip());
        JsonNode changes = jenkins.json(build + "api/json?tree=actions[changes[*]]").findPath("changes");
        System.out.println("=== " + jenkins.url() + build + "api/json?tree=actions[changes[*]]");
        System.out.println(changes.toPrettyString());
        boolean recorded = false;
        for (JsonNode recordedTag : changes.path(0).path("machineTags")) {
            recorded |= recordedTag.asText().equals(tag);
        }
        boolean changed = simulator.tagsOf(Demo.AGENT_ID).contains(tag);
        if (!recorded || !changed) {
            System.out.println("The tag " + tag + " is " + (recorded ? "" : "not ") + "in the metadata and "
                    + (changed ? "" : "not ") + "in the simulated Defender.");
        }
        return recorded && changed;
    }
}
