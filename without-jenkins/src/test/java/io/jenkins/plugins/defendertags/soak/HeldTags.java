package io.jenkins.plugins.defendertags.soak;

import io.jenkins.plugins.defendertags.demo.Demo;
import io.jenkins.plugins.defendertags.demo.RunningJenkins;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Tags that are held for a time, by blocks of builds and by the agent, and what becomes of them when Jenkins is killed. */
final class HeldTags {

    /** Two Pipelines that share one tag, and a freestyle job that ends with the controller. */
    static final List<String> JOBS = List.of("block-1", "block-2", "freestyle-block");

    private static final String MACHINE = "c".repeat(40);
    private static final String SHARED = "shared";
    private static final String FREESTYLE = "freestyle";
    /** Of src/demo/jenkins.yaml. */
    private static final String AGENTS = "jenkins-agent";

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final RunningJenkins jenkins;
    private final DefenderSimulator simulator;
    private final Path leases;

    int leaked;
    int removedTooEarly;

    HeldTags(RunningJenkins jenkins, DefenderSimulator simulator, Path home) {
        this.jenkins = jenkins;
        this.simulator = simulator;
        leases = home.resolve("defender-tags");
    }

    /** Before the start. */
    void addJobs() throws IOException {
        simulator.addMachine(MACHINE, "build-c.example.com", "before").lagReads(KillSoak.READ_LAG);
        for (int i = 1; i <= 2; i++) {
            jenkins.addPipeline("block-" + i, script(i));
        }
        jenkins.addJob(
                "freestyle-block",
                """
                <project>
                  <assignedNode>agent</assignedNode>
                  <canRoam>false</canRoam>
                  <builders><hudson.tasks.Shell><command>sleep 120</command></hudson.tasks.Shell></builders>
                  <buildWrappers>
                    <io.jenkins.plugins.defendertags.steps.DefenderTagWrapper plugin="defender-tags">
                      <block><value>@TAG@</value><machine>@MACHINE@</machine><onError>FAIL</onError></block>
                    </io.jenkins.plugins.defendertags.steps.DefenderTagWrapper>
                  </buildWrappers>
                </project>
                """.replace("@TAG@", FREESTYLE).replace("@MACHINE@", MACHINE));
    }

    /** Looks again and again whether the tags are there; the second block ends after the first. */
    private static String script(int block) {
        return """
                def tags = ['shared', "@BLOCK@-${env.BUILD_NUMBER}".toString()]
                withDefenderTag(values: tags, machine: '@MACHINE@') {
                    for (int i = 0; i < @LOOKS@; i++) {
                        def m = defenderTag(action: 'Add', value: 'probe', machine: '@MACHINE@')
                        if (!m.machineTags.containsAll(tags)) { error "removed too early: ${m.machineTags}" }
                    }
                }
                sleep 10
                """.replace("@BLOCK@", "b" + block)
                .replace("@MACHINE@", MACHINE)
                .replace("@LOOKS@", String.valueOf(2 * block));
    }

    /** The next removal meets a 404, which is no proof that the machine is gone. */
    void missOneRemoval() {
        simulator.machines().get(MACHINE).missRemovals(1);
    }

    /** A build that never came to its block could not go on with one. */
    boolean haveBegun(int number) {
        List<String> changes = simulator.machines().get(MACHINE).changes();
        return changes.contains("Add b1-" + number)
                && changes.contains("Add b2-" + number)
                && simulator.tagsOf(MACHINE).contains(FREESTYLE)
                && simulator.tagsOf(Demo.AGENT_ID).contains(AGENTS);
    }

    /** All builds have ended: what they held must go, and what the agent holds must stay. */
    void look(String log) throws Exception {
        if (log.contains("removed too early")) {
            removedTooEarly++;
            System.out.println("removed too early:\n" + log);
        }
        if (!simulator.tagsOf(Demo.AGENT_ID).contains(AGENTS)) {
            removedTooEarly++;
            System.out.println("removed too early: the agent has " + simulator.tagsOf(Demo.AGENT_ID));
        }
    }

    void awaitNothingHeld() throws Exception {
        if (!await(() -> heldByBuilds().isEmpty() && leases().size() == 1)) {
            leaked++;
            System.out.println("leaked: " + heldByBuilds() + ", " + leases());
        }
    }

    private List<String> heldByBuilds() {
        return simulator.tagsOf(MACHINE).stream()
                .filter(tag -> tag.equals(SHARED) || tag.equals(FREESTYLE) || tag.matches("b\\d-.*"))
                .toList();
    }

    private List<Path> leases() throws IOException {
        if (!Files.isDirectory(leases)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(leases)) {
            return files.toList();
        }
    }

    /** At the very end: the agent's own tag goes with the agent. */
    void deleteAgent() throws Exception {
        jenkins.post("computer/build-07/doDelete");
        if (!await(() -> !simulator.tagsOf(Demo.AGENT_ID).contains(AGENTS) && leases().isEmpty())) {
            leaked++;
            System.out.println("leaked: " + simulator.tagsOf(Demo.AGENT_ID) + ", " + leases());
        }
        if (!simulator.tagsOf(MACHINE).contains("before")) {
            removedTooEarly++;
            System.out.println("removed: a tag that nobody has added");
        }
    }

    private interface Condition {
        boolean isMet() throws IOException;
    }

    private static boolean await(Condition condition) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.isMet()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(100);
        }
        return true;
    }
}
