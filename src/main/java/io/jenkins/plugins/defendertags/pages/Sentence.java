package io.jenkins.plugins.defendertags.pages;

import java.util.ArrayList;
import java.util.List;

/**
 * A sentence in pieces, because the tag and the machine in it have a look of their own on a page, and every language puts
 * them elsewhere. A translation is an ordinary text with {@code {0}} and {@code {1}}, which get {@link #TAG} and {@link
 * #MACHINE}.
 */
final class Sentence {

    /** Stand in for what comes later; for private use, so no text of a translation holds them. */
    static final String TAG = "\uE000";

    static final String MACHINE = "\uE001";

    private Sentence() {}

    /** @param text with {@link #TAG} and {@link #MACHINE} in it */
    static List<Piece> of(String text) {
        List<Piece> pieces = new ArrayList<>();
        for (String piece : text.split("(?<=[" + TAG + MACHINE + "])|(?=[" + TAG + MACHINE + "])")) {
            pieces.add(new Piece(piece));
        }
        return pieces;
    }

    /** A part of a sentence. */
    public static final class Piece {

        private final String text;

        private Piece(String text) {
            this.text = text;
        }

        public boolean isTag() {
            return text.equals(TAG);
        }

        public boolean isMachine() {
            return text.equals(MACHINE);
        }

        /** What it says, unless it is a tag or a machine. */
        public String getText() {
            return text;
        }
    }
}
