package io.jenkins.plugins.defendertags.pages;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.defendertags.client.model.MachineName;
import io.jenkins.plugins.defendertags.client.model.SingleLine;

/** Text of unknown origin as a page may show it. */
final class ShownText {

    private ShownText() {}

    /** Nothing in it turns or hides another text, and its length is bounded. */
    static String of(@CheckForNull String text) {
        return SingleLine.of(text, MachineName.MAX_LENGTH);
    }
}
