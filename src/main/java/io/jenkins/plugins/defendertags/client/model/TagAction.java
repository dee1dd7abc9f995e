package io.jenkins.plugins.defendertags.client.model;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.Locale;

/** What to do with a tag: the API's {@code Action}. */
public enum TagAction {
    ADD("Add", "Added", "to"),
    REMOVE("Remove", "Removed", "from");

    private final String wireName;
    private final String done;
    private final String preposition;

    TagAction(String wireName, String done, String preposition) {
        this.wireName = wireName;
        this.done = done;
        this.preposition = preposition;
    }

    /**
     * @param name {@code Add} or {@code Remove} in any case
     * @throws IllegalArgumentException for anything else, with a message that says what is allowed
     */
    public static TagAction parse(@CheckForNull String name) {
        for (TagAction action : values()) {
            if (name != null && action.wireName.equalsIgnoreCase(name.strip())) {
                return action;
            }
        }
        throw new IllegalArgumentException(
                "The action \"" + SingleLine.of(name, 40) + "\" does not exist. Use \"Add\" or \"Remove\".");
    }

    /** The value in a request: {@code Add} or {@code Remove}. Defender's values are case-sensitive. */
    public String wireName() {
        return wireName;
    }

    /** Describes a finished change for a log line: {@code Added "x" to …}. */
    public String describe(Tag tag, String machine) {
        return describe(done, tag, machine);
    }

    /** Describes an intended change for a log line: {@code add "x" to …}. */
    public String describeWish(Tag tag, String machine) {
        return describe(wireName.toLowerCase(Locale.ROOT), tag, machine);
    }

    private String describe(String verb, Tag tag, String machine) {
        return verb + " \"" + SingleLine.of(tag.value(), Tag.MAX_LENGTH) + "\" " + preposition + " " + machine;
    }
}
