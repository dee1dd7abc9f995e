package io.jenkins.plugins.defendertags.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.defendertags.demo.Demo;
import io.jenkins.plugins.defendertags.demo.RunningJenkins;
import io.jenkins.plugins.defendertags.simulator.DefenderSimulator;
import io.jenkins.plugins.defendertags.simulator.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long the end of a block holds its executor while Defender is away, in a real Jenkins. */
final class OutageEndBench {

    private static final List<String> JOBS = List.of("outage-pipeline", "outage-freestyle");
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Pattern END = Pattern.compile("(?m)^body ended at (\\d+)$");

    private OutageEndBench() {}

    /** Before the start. */
    static void addJobs(RunningJenkins jenkins) throws IOException {
        jenkins.addPipeline(JOBS.get(0), """
                node('agent') {
                    withDefenderTag('outage-pipeline') { sleep 10; echo "body ended at ${System.currentTimeMillis()}" }
                }
                """);
        jenkins.addJob(JOBS.get(1), """
                <project>
                  <assignedNode>agent</assignedNode>
                  <canRoam>false</canRoam>
                  <builders><hudson.tasks.Shell><command>set +x
                sleep 10; echo "body ended at $(date +%s%3N)"</command></hudson.tasks.Shell></builders>
                  <buildWrappers>
                    <io.jenkins.plugins.defendertags.steps.DefenderTagWrapper plugin="defender-tags">
                      <block><value>outage-freestyle</value><onError>FAIL</onError></block>
                    </io.jenkins.plugins.defendertags.steps.DefenderTagWrapper>
                  </buildWrappers>
                </project>
                """);
    }

    static void run(RunningJenkins jenkins, DefenderSimulator simulator) throws Exception {
        double longest = 0;
        for (String job : JOBS) {
            jenkins.build(job);
            long limit = System.nanoTime() + LIMIT.toNanos();
            while (!simulator.tagsOf(Demo.AGENT_ID).contains(job)) {
                if (System.nanoTime() > limit) {
                    throw new AssertionError(job + " did not add its tag");
                }
                Thread.sleep(50);
            }
            simulator.failApiCalls(Fault.answer(503, "text/plain", ""));
            String build = jenkins.awaitEnd(job, 1, LIMIT);
            Matcher end = END.matcher(jenkins.get(build + "consoleText").body());
            if (!end.find()) {
                throw new AssertionError(job + " did not come to its end");
            }
            JsonNode json = jenkins.json(build + "api/json?tree=timestamp,duration");
            double held = json.path("timestamp").asLong()
                    + json.path("duration").asLong()
                    - Long.parseLong(end.group(1));
            longest = Math.max(longest, held / 1_000);
            simulator.recover();
        }
        Figures.print("outage_end_s", longest, 15);
    }
}
