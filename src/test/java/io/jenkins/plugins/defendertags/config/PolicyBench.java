package io.jenkins.plugins.defendertags.config;

import io.jenkins.plugins.defendertags.client.model.Tag;
import io.jenkins.plugins.defendertags.client.model.TagAction;
import io.jenkins.plugins.defendertags.config.GlobPatterns.Subject;
import io.jenkins.plugins.defendertags.config.RuleConditions.Subjects;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;

/** What a policy of many rules costs each request. {@code ./dev bench} prints it. */
public final class PolicyBench {

    private static final int RULES = 200;
    private static final int RUNS = 5_000;

    /** The microseconds of one request that only the last of 200 rules fits: the median. */
    public double micros() {
        List<RuleConditions> rules =
                IntStream.range(0, RULES).mapToObj(PolicyBench::conditions).toList();
        long[] nanos = new long[RUNS];
        for (int run = -RUNS; run < RUNS; run++) {
            PolicyRequest request = new PolicyRequest(
                    "organization/team-" + (RULES - 1) + "/service-" + (run + RUNS) + "/release%2F2026-11",
                    new Tag("release-2026-11-" + (run + RUNS)),
                    TagAction.ADD,
                    true,
                    "defender-production");
            long start = System.nanoTime();
            int first = first(rules, request);
            long end = System.nanoTime();
            if (first != RULES - 1) {
                throw new AssertionError("rule " + first + " fits");
            }
            if (run >= 0) {
                nanos[run] = end - start;
            }
        }
        Arrays.sort(nanos);
        return nanos[RUNS / 2] / 1e3;
    }

    private static int first(List<RuleConditions> rules, PolicyRequest request) {
        Subjects subjects = Subjects.of(request);
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).fit(request, subjects)) {
                return i;
            }
        }
        return -1;
    }

    /** Every kind of pattern: a folder and all below it, jobs of one name anywhere, one folder, and every job. */
    private static RuleConditions conditions(int number) {
        String jobs =
                switch (number % 4) {
                    case 0 -> "organization/team-" + number + "/**";
                    case 1 -> "**/deploy-" + number + "*\norganization/*/service-?" + number + "/main";
                    case 2 -> "organization/team-" + number + "/*\n**/security-*/**/quarantine-" + number;
                    default -> number == RULES - 1 ? "**" : "**/service-*/PR-" + number + "*";
                };
        return new RuleConditions(
                GlobPatterns.parse(Subject.JOB, jobs),
                GlobPatterns.parse(
                        Subject.TAG, number == RULES - 1 ? "*" : "quarantine\n*-agent-" + number + "\nrelease-*"),
                GlobPatterns.parse(Subject.CREDENTIAL, number % 3 == 0 ? "defender-*" : ""),
                EnumSet.allOf(TagAction.class),
                true,
                number % 2 == 0);
    }
}
