package io.jenkins.plugins.defendertags.testing;

import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** A Jenkins in a process of its own, for tests that kill it or that need other plugins. */
public final class JenkinsProcess {

    private JenkinsProcess() {}

    /** With short timers, and without the optimizing compiler: it starts in half of the time then. */
    public static RealJenkinsExtension create() {
        return new RealJenkinsExtension()
                .javaOptions("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                .javaOptions(ShortTimers.javaOptions());
    }
}
