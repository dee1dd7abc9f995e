package io.jenkins.plugins.defendertags.bench;

import io.jenkins.plugins.defendertags.config.PolicyBench;
import io.jenkins.plugins.defendertags.leases.LeaseBench;
import java.nio.file.Files;
import java.util.List;

/**
 * The program behind {@code ./dev bench}: prints lines of name and value, which docs/performance.md explains. It exits 0
 * whatever the figures are.
 */
public final class Bench {

    private Bench() {}

    /** @param arguments which parts to run, all if none is named; {@code --maven PATH} and {@code --http-request} for Jenkins */
    public static void main(String[] arguments) throws Exception {
        List<String> options = List.of(arguments);
        if (isWanted(options, "resolve")) {
            ResolveBench.run();
        }
        if (isWanted(options, "queue")) {
            QueueBench.run();
        }
        if (isWanted(options, "outage")) {
            OutageBench.run();
        }
        if (isWanted(options, "policy")) {
            Figures.print("policy_200_us", new PolicyBench().micros(), 500);
        }
        if (isWanted(options, "leases")) {
            LeaseBench leases = new LeaseBench(Files.createTempDirectory("leases"));
            Figures.print("leases_15k_us", leases.micros(), 200);
            Figures.print("leases_15k_start_s", leases.startSeconds(), 5);
        }
        if (isWanted(options, "blocks")) {
            BlocksBench.run();
        }
        if (isWanted(options, "warm")) {
            WarmTagBench.run();
        }
        if (isWanted(options, "jenkins")) {
            int maven = options.indexOf("--maven");
            if (maven < 0) {
                Figures.notMeasured("step_vs_curl", "the Jenkins artifacts cannot be had here");
                Figures.notMeasured("step_vs_httprequest", "the Jenkins artifacts cannot be had here");
            } else {
                JenkinsBench.run(options.get(maven + 1), options.contains("--http-request"));
            }
        }
        System.exit(0);
    }

    private static boolean isWanted(List<String> options, String part) {
        return options.contains(part)
                || List.of("resolve", "queue", "blocks", "outage", "policy", "leases", "warm", "jenkins").stream().noneMatch(options::contains);
    }
}
