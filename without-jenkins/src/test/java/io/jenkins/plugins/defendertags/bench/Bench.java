package io.jenkins.plugins.defendertags.bench;

/**
 * The program behind {@code ./dev bench}: prints lines of name and value, which docs/performance.md explains. It exits 0
 * whatever the figures are.
 */
public final class Bench {

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        ResolveBench.run();
        QueueBench.run();
        WarmTagBench.run();
        System.exit(0);
    }
}
