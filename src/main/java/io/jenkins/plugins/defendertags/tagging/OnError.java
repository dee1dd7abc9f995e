package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.defendertags.client.model.SingleLine;

/** What becomes of the build when a tag cannot be changed. */
public enum OnError {
    /** The build fails. If one of several machines is not found, none is changed. */
    FAIL,
    /** What is possible is done, and the build goes on, marked as unstable. */
    UNSTABLE,
    /** What is possible is done, and the build goes on as if nothing had happened; a Pipeline's graph shows a warning. */
    CONTINUE;

    /** @throws IllegalArgumentException for anything else, with a message that says what is allowed */
    static OnError parse(@CheckForNull String name) {
        String wanted = Util.fixEmptyAndTrim(name);
        for (OnError value : values()) {
            if (wanted == null || value.name().equalsIgnoreCase(wanted)) {
                return value;
            }
        }
        throw new IllegalArgumentException("onError \"" + SingleLine.of(name, 40)
                + "\" does not exist. Use \"FAIL\", \"UNSTABLE\" or \"CONTINUE\".");
    }
}
