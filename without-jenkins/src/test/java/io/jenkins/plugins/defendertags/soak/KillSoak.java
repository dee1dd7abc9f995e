package io.jenkins.plugins.defendertags.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.defendertags.demo.Demo;
import io.jenkins.plugins.defendertags.demo.RunningJenkins;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Kills a real Jenkins at random moments of running steps and blocks, starts it again, and looks at what became of them. */
final class KillSoak {

    private static final Path FOLDER = Path.of("target/soak");
    /** Of the last full build, if there was one. */
    private static final Path TEST_REPORTS = Path.of("target/surefire-reports");

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration LATENCY = Duration.ofMillis(150);
    private static final int KILLS = 50;
    private static final int TAGS = 4;
    private static final int OUTAGE_SECONDS = 20;
    /** Shorter than Jenkins takes to start again: what it wrote before is not known to it then. */
    static final Duration READ_LAG = Duration.ofSeconds(3);
    /** How each job names the machine, and which one that is. */
    private static final List<String[]> JOBS = List.of(
            new String[] {"by-id", ", machine: '" + "a".repeat(40) + "'", "a".repeat(40)},
            new String[] {"by-name", ", machine: 'build-b'", "b".repeat(40)},
            new String[] {"own", "", Demo.AGENT_ID});

    private final String maven;
    private final Random random = new Random();
    int kills;
    int builds;
    int wrong;
    int hangs;
    int secretHits;
    int leaked;
    int removedTooEarly;

    KillSoak(String maven) {
        this.maven = maven;
    }

    /** @param end in nanoseconds; no kill begins after it */
    void run(long end) throws Exception {
        try (DefenderSimulator simulator = new DefenderSimulator();
                RunningJenkins jenkins = new RunningJenkins(FOLDER, maven, simulator.url(), 0)) {
            simulator.setLatency(LATENCY);
            simulator.addMachine("a".repeat(40), "build-a.example.com");
            simulator.addMachine("b".repeat(40), "build-b.example.com");
            simulator.addMachine(Demo.AGENT_ID, "build-07.example.com");
            for (String[] job : JOBS) {
                simulator.machines().get(job[2]).lagReads(READ_LAG);
            }
            for (String[] job : JOBS) {
                jenkins.addPipeline(job[0], script(job));
            }
            HeldTags held = new HeldTags(jenkins, simulator, FOLDER.resolve("home"));
            held.addJobs();
            jenkins.setVariable("DEMO_EXECUTORS", "2");
            jenkins.setVariable("DEMO_CALLS_PER_MINUTE", "100000");
            jenkins.setVariable("DEMO_CALLS_PER_HOUR", "100000");
            jenkins.start();
            jenkins.startAgent();
            for (int number = 1; kills < KILLS && System.nanoTime() < end; number++) {
                killOnce(jenkins, simulator, held, number);
            }
            held.deleteAgent();
            leaked = held.leaked;
            removedTooEarly = held.removedTooEarly;
            List<String> secrets = new ArrayList<>(simulator.tokens());
            secrets.add(DefenderSimulator.SECRET);
            secretHits = SecretSearch.hits(secrets, List.of(FOLDER, TEST_REPORTS));
        }
    }

    /** Adds tags, reads what came back, and removes every second one again. */
    private static String script(String[] job) {
        String tag = """
                        def m = defenderTag(action: 'Add', value: "t-${env.BUILD_NUMBER}-${i}"@MACHINE@)
                        if (!m.machineTags.contains("t-${env.BUILD_NUMBER}-${i}".toString())) { error "not there: ${m.machineTags}" }
                        if (i % 2 == 0) { defenderTag(action: 'Remove', value: "t-${env.BUILD_NUMBER}-${i}"@MACHINE@) }
                """.replace("@MACHINE@", job[1]);
        String loop = "for (int i = 1; i <= " + TAGS + "; i++) {\n" + tag + "}\n";
        // Jenkins is to be killed during a step, not while Pipeline closes the books of a build that is done.
        loop += "sleep 10\n";
        return job[1].isEmpty() ? "node('agent') {\n" + loop + "}\n" : loop;
    }

    private void killOnce(RunningJenkins jenkins, DefenderSimulator simulator, HeldTags held, int number)
            throws Exception {
        for (String[] job : JOBS) {
            jenkins.build(job[0]);
        }
        for (String job : HeldTags.JOBS) {
            jenkins.build(job);
        }
        for (String[] job : JOBS) {
            while (simulator.machines().get(job[2]).changes().stream()
                    .noneMatch(change -> change.startsWith("Add t-" + number + "-"))) {
                Thread.sleep(10); // a build that never came to a step could not go on with one
            }
        }
        while (!held.haveBegun(number)) {
            Thread.sleep(10);
        }
        trouble(simulator);
        if (random.nextBoolean()) {
            held.missOneRemoval();
        }
        Thread.sleep(random.nextInt(TAGS * 4 * (int) LATENCY.toMillis()));
        jenkins.kill();
        kills++;
        jenkins.startAgain();
        Thread.sleep(random.nextInt(OUTAGE_SECONDS * 1_000));
        simulator.recover();
        simulator.setLatency(LATENCY);
        for (String[] job : JOBS) {
            builds++;
            try {
                String build = jenkins.awaitEnd(job[0], number, LIMIT);
                String problem = problem(jenkins, simulator, build, job[2], number);
                if (problem != null) {
                    wrong++;
                    System.out.println("wrong: " + job[0] + " " + number + ": " + problem);
                    System.out.println(jenkins.get(build + "consoleText").body());
                }
            } catch (IOException x) {
                hangs++;
                System.out.println("hangs: " + job[0] + " " + number + ": " + x.getMessage());
                System.out.println(jenkins.get("job/" + job[0] + "/" + number + "/consoleText").body());
                return;
            }
        }
        for (String job : HeldTags.JOBS) {
            builds++;
            String build = jenkins.awaitEnd(job, number, LIMIT);
            String log = jenkins.get(build + "consoleText").body();
            held.look(log);
            boolean pipeline = !job.startsWith("freestyle"); // a freestyle build ends with the controller
            if (pipeline && !jenkins.json(build + "api/json").path("result").asText().equals("SUCCESS")) {
                wrong++;
                System.out.println("wrong: " + job + " " + number + ":\n" + log);
            }
        }
        held.awaitNothingHeld();
    }

    /** What Defender does while Jenkins is killed, and for some seconds after it has started again. */
    private void trouble(DefenderSimulator simulator) {
        switch (random.nextInt(4)) {
            case 0 -> simulator.failNextApiCalls(Fault.closed().afterwards(), Fault.answer(503, null, ""));
            case 1 -> simulator.failApiCalls(Fault.answer(503, null, ""));
            case 2 -> simulator.failTokenRequests(Fault.answer(503, null, ""));
            default -> {}
        }
    }

    private static String problem(
            RunningJenkins jenkins, DefenderSimulator simulator, String build, String machine, int number)
            throws Exception {
        JsonNode json = jenkins.json(build + "api/json?tree=result,actions[changes[*]]");
        if (!json.path("result").asText().equals("SUCCESS")) {
            return "it ended with " + json.path("result");
        }
        List<String> wanted = new ArrayList<>();
        List<String> wantedTags = new ArrayList<>();
        for (int i = 1; i <= TAGS; i++) {
            wanted.add("Add t-" + number + "-" + i);
            if (i % 2 == 0) {
                wanted.add("Remove t-" + number + "-" + i);
            } else {
                wantedTags.add("t-" + number + "-" + i);
            }
        }
        List<String> recorded = new ArrayList<>();
        for (JsonNode change : json.findPath("changes")) {
            recorded.add(change.path("action").asText() + " " + change.path("value").asText());
        }
        if (!recorded.equals(wanted)) {
            return "it recorded " + recorded;
        }
        List<String> tags = simulator.tagsOf(machine).stream()
                .filter(tag -> tag.startsWith("t-" + number + "-"))
                .toList();
        return tags.equals(wantedTags) ? null : "the machine has the tags " + tags;
    }
}
