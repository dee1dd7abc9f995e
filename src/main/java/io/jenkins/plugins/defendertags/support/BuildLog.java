package io.jenkins.plugins.defendertags.support;

import hudson.model.TaskListener;
import io.jenkins.plugins.defendertags.client.model.SingleLine;

/** The plugin's lines in a build's log. */
public final class BuildLog {

    private static final int LINE = 20_000;

    private BuildLog() {}

    /** Names come from jobs and from Defender, and may hold what makes a line read as another. */
    public static void write(TaskListener listener, String line) {
        listener.getLogger().println("[defender] " + SingleLine.of(line, LINE));
    }
}
