package io.jenkins.plugins.defendertags.client.model;

/** Whether a finished tag change altered the machine. */
public enum ChangeEffect {
    /** The tag was not as wanted before: the change altered the machine. */
    CHANGED,
    /** The tag was already there before an Add, or already absent before a Remove. */
    ALREADY_SO,
    /** The state before the change is not known. */
    UNKNOWN
}
