package io.jenkins.plugins.defendertags.tagging;

import com.cloudbees.plugins.credentials.CredentialsParameterValue;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.EnvVars;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.Run;
import io.jenkins.plugins.defendertags.client.model.SingleLine;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Replaces {@code $VARIABLES} and {@code ${VARIABLES}} in the fields of freestyle jobs, and {@code $$} by a dollar sign, as
 * other build steps do. A variable that the build does not have must not become part of a tag or a name.
 */
public final class BuildVariables {

    private static final int SHOWN = 80;

    /** What {@link hudson.Util#replaceMacro} takes for a variable. */
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:([A-Za-z0-9_]+)|\\{([A-Za-z0-9_.]+)}|\\$)");

    private static final Pattern WINDOWS_VARIABLE = Pattern.compile("%([A-Za-z_][A-Za-z0-9_]*)%");

    private final EnvVars env;
    private final Set<String> credentialsParameters;

    /** @param env the variables of the build */
    public BuildVariables(Run<?, ?> build, EnvVars env) {
        this.env = env;
        credentialsParameters = build.getActions(ParametersAction.class).stream()
                .flatMap(action -> action.getAllParameters().stream())
                .filter(CredentialsParameterValue.class::isInstance)
                .map(ParameterValue::getName)
                .collect(Collectors.toSet());
    }

    /**
     * Leaves null as it is.
     *
     * @throws IllegalArgumentException if the build does not have a variable, with a message that says which
     */
    @CheckForNull
    String replace(@CheckForNull String text) {
        if (text == null) {
            return null;
        }
        Matcher windows = WINDOWS_VARIABLE.matcher(text);
        while (windows.find()) {
            if (env.containsKey(windows.group(1))) {
                throw new IllegalArgumentException(windows.group() + " is not replaced here. Write ${"
                        + windows.group(1) + "} in \"" + SingleLine.of(text, 2 * SHOWN) + "\".");
            }
        }
        return VARIABLE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(valueOf(found, text)));
    }

    /**
     * Replaces variables, but leaves a credentials parameter to the look-up of credentials: whether the credential that a user
     * has chosen may be used depends on that user, and the ID alone does not tell that somebody has chosen it.
     */
    @CheckForNull
    String replaceInCredentialsId(@CheckForNull String text) {
        Matcher variable = VARIABLE.matcher(text == null ? "" : text.strip());
        if (variable.matches() && nameOf(variable) != null && credentialsParameters.contains(nameOf(variable))) {
            return "${" + nameOf(variable) + "}";
        }
        return replace(text);
    }

    /** Null for an escaped dollar sign. */
    @CheckForNull
    private static String nameOf(MatchResult found) {
        return found.group(1) == null ? found.group(2) : found.group(1);
    }

    private String valueOf(MatchResult found, String text) {
        String name = nameOf(found);
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
