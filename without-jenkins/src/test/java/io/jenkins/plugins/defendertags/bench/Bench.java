package io.jenkins.plugins.defendertags.bench;

import java.util.List;

/**
 * The program behind {@code ./dev bench}: prints lines of name and value, which docs/performance.md explains. It exits 0
 * whatever the figures are.
 */
public final class Bench {

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        List<String> wanted = List.of(arguments);
        if (wanted.isEmpty() || wanted.contains("resolve")) {
            ResolveBench.run();
        }
        if (wanted.isEmpty() || wanted.contains("queue")) {
            QueueBench.run();
        }
        if (wanted.isEmpty() || wanted.contains("warm")) {
            WarmTagBench.run();
        }
        System.exit(0);
    }
}
