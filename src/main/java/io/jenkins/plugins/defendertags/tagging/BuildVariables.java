package io.jenkins.plugins.defendertags.tagging;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.EnvVars;
import hudson.Util;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces {@code ${VARIABLES}} in the fields of freestyle jobs. */
public final class BuildVariables implements UnaryOperator<String> {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[A-Za-z_][A-Za-z0-9_.]*}");

    private final EnvVars env;

    public BuildVariables(EnvVars env) {
        this.env = env;
    }

    /**
     * Leaves null as it is.
     *
     * @throws IllegalArgumentException if the build does not have a variable, which must not become part of a tag or a name
     */
    @Override
    @CheckForNull
    public String apply(@CheckForNull String text) {
        String expanded = env.expand(text);
        Matcher left = VARIABLE.matcher(Util.fixNull(expanded));
        if (left.find()) {
            throw new IllegalArgumentException("The build has no variable " + SingleLine.of(left.group(), 80)
                    + ". Set it, or leave it out of \"" + SingleLine.of(text, 200) + "\".");
        }
        return expanded;
    }
}
