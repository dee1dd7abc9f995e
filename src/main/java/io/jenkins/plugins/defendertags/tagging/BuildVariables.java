package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.EnvVars;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code $VARIABLES} and {@code ${VARIABLES}} in the fields of freestyle jobs, and {@code $$} by a dollar sign, as
 * other build steps do. A variable that the build does not have must not become part of a tag or a name.
 */
public final class BuildVariables implements UnaryOperator<String> {

    private static final int SHOWN = 80;

    /** What {@link hudson.Util#replaceMacro} takes for a variable. */
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:([A-Za-z0-9_]+)|\\{([A-Za-z0-9_.]+)}|\\$)");

    private static final Pattern WINDOWS_VARIABLE = Pattern.compile("%([A-Za-z_][A-Za-z0-9_]*)%");

    private final EnvVars env;

    public BuildVariables(EnvVars env) {
        this.env = env;
    }

    /**
     * Leaves null as it is.
     *
     * @throws IllegalArgumentException if the build does not have a variable, with a message that says which
     */
    @Override
    @CheckForNull
    public String apply(@CheckForNull String text) {
        if (text == null) {
            return null;
        }
        Matcher windows = WINDOWS_VARIABLE.matcher(text);
        while (windows.find()) {
            if (env.containsKey(windows.group(1))) {
                throw new IllegalArgumentException(windows.group() + " is not replaced here. Write ${" + windows.group(1)
                        + "} in \"" + SingleLine.of(text, 2 * SHOWN) + "\".");
            }
        }
        return VARIABLE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(valueOf(found, text)));
    }

    private String valueOf(MatchResult found, String text) {
        String name = found.group(1) == null ? found.group(2) : found.group(1);
        if (name == null) {
            return "$";
        }
        String value = env.get(name);
        if (value == null) {
            throw new IllegalArgumentException("The build has no variable " + SingleLine.of(found.group(), SHOWN)
                    + ". Set it, or leave it out of \"" + SingleLine.of(text, 2 * SHOWN)
                    + "\". A dollar sign is written $$.");
        }
        return value;
    }
}
