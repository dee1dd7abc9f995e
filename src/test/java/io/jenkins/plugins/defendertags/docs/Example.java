package io.jenkins.plugins.defendertags.docs;

import java.util.List;
import java.util.Set;

/**
 * A fenced block of a page.
 *
 * @param place page and line, for people
 * @param language as the fence says; "text" if it says none
 * @param text without the fences, and without the indentation of a list
 * @param note what an HTML comment directly above it says, or ""
 */
public record Example(String place, String language, String text, String note) {

    private static final String NOT_RUN = "not run: ";

    /** Why it is not run, or null if it is. */
    public String reasonNotToRun() {
        return note.startsWith(NOT_RUN) && note.length() > NOT_RUN.length() ? note.substring(NOT_RUN.length()) : null;
    }

    /** Whether its note is none, a reason not to run it, or one of these. */
    public boolean hasNoteAmong(Set<String> known) {
        return note.isEmpty() || reasonNotToRun() != null || known.stream().anyMatch(note::startsWith);
    }

    public List<String> lines() {
        return text.lines().toList();
    }

    @Override
    public String toString() {
        return place + " " + language;
    }
}
