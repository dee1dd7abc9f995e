package io.jenkins.plugins.defendertags.config;

/** One pattern of {@link GlobPatterns}, ready to be compared. Immutable and thread-safe. */
final class GlobPattern {

    /** Stands for any text across folders. */
    static final int ACROSS = -1;

    private final int[] symbols;
    private final boolean folders;
    /** How many symbols before the first and after the last star a text must begin and end with. */
    private final int prefix;

    private final int suffix;

    /**
     * @param symbols characters, with {@link #ACROSS} for what {@code **} means in the name of a job
     * @param folders whether a star and a question mark stay within one folder
     */
    GlobPattern(int[] symbols, boolean folders) {
        this.symbols = symbols;
        this.folders = folders;
        int first = 0;
        while (first < symbols.length && !isStar(symbols[first])) {
            first++;
        }
        int last = symbols.length;
        while (last > first && !isStar(symbols[last - 1])) {
            last--;
        }
        prefix = first;
        suffix = symbols.length - last;
    }

    private static boolean isStar(int symbol) {
        return symbol == '*' || symbol == ACROSS;
    }

    /** Takes both lengths multiplied in steps at most, whatever the pattern; most texts end at the first look. */
    boolean fits(int[] text) {
        if (text.length < prefix + suffix || prefix == symbols.length && text.length != prefix) {
            return false;
        }
        for (int i = 0; i < prefix; i++) {
            if (!fits(symbols[i], text[i])) {
                return false;
            }
        }
        for (int i = 1; i <= suffix; i++) {
            if (!fits(symbols[symbols.length - i], text[text.length - i])) {
                return false;
            }
        }
        int stars = symbols.length - prefix - suffix;
        if (stars == 0) {
            return true;
        }
        return stars == 1 ? fitsStar(symbols[prefix], text) : fitsBetween(text);
    }

    private boolean fits(int symbol, int character) {
        return symbol == character || symbol == '?' && !(folders && character == '/');
    }

    private boolean fitsStar(int star, int[] text) {
        if (star == ACROSS || !folders) {
            return true;
        }
        for (int i = prefix; i < text.length - suffix; i++) {
            if (text[i] == '/') {
                return false;
            }
        }
        return true;
    }

    /** From the first star to the last: which lengths of the text the symbols so far can stand for. */
    private boolean fitsBetween(int[] text) {
        int length = text.length - prefix - suffix;
        boolean[] reached = new boolean[length + 1];
        boolean[] next = new boolean[length + 1];
        reached[0] = true;
        for (int s = prefix; s < symbols.length - suffix; s++) {
            int symbol = symbols[s];
            boolean mayCross = symbol == ACROSS || !folders;
            next[0] = isStar(symbol) && reached[0];
            for (int t = 1; t <= length; t++) {
                int character = text[prefix + t - 1];
                next[t] = isStar(symbol)
                        ? reached[t] || next[t - 1] && (mayCross || character != '/')
                        : reached[t - 1] && fits(symbol, character);
            }
            boolean[] free = reached;
            reached = next;
            next = free;
        }
        return reached[length];
    }
}
